"""The first page of a development server."""
