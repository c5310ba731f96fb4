"""Limits: how often something may be done from one place in a while."""
