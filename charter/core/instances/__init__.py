"""Instances: the tenant roots."""
