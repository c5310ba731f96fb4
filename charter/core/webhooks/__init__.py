"""Webhooks: what happened here, told to the servers of an app."""
