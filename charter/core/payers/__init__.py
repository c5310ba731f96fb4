"""Payers: a user or an organization in its dealings with money, and how it pays."""
