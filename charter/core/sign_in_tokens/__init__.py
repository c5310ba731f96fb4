"""Sign in tokens."""
