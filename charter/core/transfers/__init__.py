"""Transfers: an instance written into a file, and read from one."""
