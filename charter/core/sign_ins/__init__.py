"""Sign-in attempts: a table of states, and the ways from one to the next."""
