"""Redirect URLs: single addresses outside an instance's sites that people may be sent back to."""
