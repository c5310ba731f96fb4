"""The ways to pass a factor of a sign-in; one module each, all of them in `table`."""
