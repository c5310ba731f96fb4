"""The outside world: mail, blobs, PostgreSQL."""
