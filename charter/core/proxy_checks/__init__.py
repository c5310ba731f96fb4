"""Proxy checks: whether what an app forwards reaches the Frontend API."""
