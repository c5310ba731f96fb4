"""The texts that an app has of its own for the messages to its people, and who delivers them."""
