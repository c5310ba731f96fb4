"""Actor tokens."""
