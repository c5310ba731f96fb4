"""Deleting by a query: records that were kept by mistake, named by what they have in common."""
