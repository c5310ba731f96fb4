"""Domains of instances: the one whose host is in the publishable key, and satellites."""
