"""The waitlist: addresses that ask to be let in."""
