"""Agent tasks: what an agent does for a user, in a session of its own."""
