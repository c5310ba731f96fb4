"""Binds routes to operations: Calls are data, a Dialect reads and writes, this serves them."""
