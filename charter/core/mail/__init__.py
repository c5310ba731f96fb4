"""What the product writes to people: messages, the words of each, and what may go wrong."""
