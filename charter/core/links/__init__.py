"""Links in mail that prove an address, and what following one does."""
