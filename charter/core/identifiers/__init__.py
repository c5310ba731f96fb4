"""What addresses and numbers of a user have in common: one is primary, and one remains."""
