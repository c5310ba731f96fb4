"""Discounts: what is taken off the charges of a subscription item."""
