"""Join codes."""
