"""Messages that were written: queued, sent, or kept for a developer to read."""
