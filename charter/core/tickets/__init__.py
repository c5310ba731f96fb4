"""Tickets: what links in mail carry, and what they let their holder do."""
