"""The users of an organization, whether they are members, disabled, or asked to join."""
