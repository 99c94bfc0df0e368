"""Promises of the handlers, each called as Lambda calls it, with real HTTP behind it."""
