"""Parse a roster and report every error in it."""
