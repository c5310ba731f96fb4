"""Invoices of organizations that a gateway wrote."""
