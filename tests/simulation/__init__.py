"""Promises of virtual time, and of the definition in a second interpreter."""
