"""Email addresses."""
