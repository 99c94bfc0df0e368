"""Promises of the pure code."""
