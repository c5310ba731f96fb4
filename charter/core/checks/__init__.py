"""Checks of one factor: a code, a link, a passkey, a password, an account elsewhere."""
