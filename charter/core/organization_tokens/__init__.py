"""Organization tokens."""
