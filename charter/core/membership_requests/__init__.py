"""Requests of users to become members of an organization."""
