"""Measures the server beside its floor and writes docs/benchmarks.md: `python -m bench`."""
