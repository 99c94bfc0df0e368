"""Promises of the faults: what can be said, when they strike, and what AWS then answers."""
