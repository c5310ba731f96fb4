"""The doors: each speaks one existing API over the same operations."""
