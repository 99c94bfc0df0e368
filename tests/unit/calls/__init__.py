"""Promises of the calls of a page."""
