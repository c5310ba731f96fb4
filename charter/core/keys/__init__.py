"""Keys: secret keys of app servers, and the keys that sign session tokens."""
