"""Machines: programs of an app that prove to one another who they are."""
