"""JWT templates: what an app writes into tokens for other services."""
