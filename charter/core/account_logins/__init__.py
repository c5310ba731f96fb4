"""Account logins."""
