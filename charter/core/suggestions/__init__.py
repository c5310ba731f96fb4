"""Organizations that are suggested to a user, because of the domain of their address."""
