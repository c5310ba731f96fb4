"""External accounts: who users are at identity providers."""
