"""Domains of organizations: who proves to hold one may have its people enrolled."""
