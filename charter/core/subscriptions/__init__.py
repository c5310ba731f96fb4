"""Subscriptions: which plan a payer has, from when to when, and what comes next."""
