"""Prices: what a plan costs, as a rule or for some."""
