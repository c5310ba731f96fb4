"""Reverifications: a person at a session shows anew who they are."""
