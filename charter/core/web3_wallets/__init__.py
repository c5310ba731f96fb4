"""Web3 wallets."""
