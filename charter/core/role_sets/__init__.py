"""Role sets."""
