"""The browser scripts of the official clients, from local copies."""
