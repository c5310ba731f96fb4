"""Payments: what is charged, how it is collected, and the statements that gather it."""
