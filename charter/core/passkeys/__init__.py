"""Passkeys: keys on devices that sign a user in."""
