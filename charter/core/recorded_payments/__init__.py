"""Recorded payments: money that an organization paid outside, known by hand or from a gateway."""
