"""Sign-up attempts: what a new person has given so far, and what is still missing."""
