"""Testing tokens."""
