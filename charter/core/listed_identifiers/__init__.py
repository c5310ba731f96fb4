"""Listed identifiers: addresses, numbers and wallets that may come in, and those that may not."""
