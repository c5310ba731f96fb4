"""Files: what an organization keeps; their bytes go straight to and from a store."""
