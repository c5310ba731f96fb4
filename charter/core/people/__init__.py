"""People: users as directories and accounts see them, and what is left of who is gone."""
