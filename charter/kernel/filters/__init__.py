"""Filters: many syntaxes in, one tree between, one SQL condition out."""
