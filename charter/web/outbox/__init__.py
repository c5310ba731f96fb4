"""The development outbox: every message that would have been sent, to read in a browser."""
