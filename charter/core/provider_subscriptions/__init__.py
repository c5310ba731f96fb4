"""Subscriptions of organizations that a gateway keeps, read from there and changed there."""
