"""Account tokens: every way to come to them, and what is told of them."""
