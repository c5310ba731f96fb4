"""Signing in: the calls of browsers and apps."""
