"""OAuth clients of accounts: programs of the app or of an organization, with keys of their own."""
