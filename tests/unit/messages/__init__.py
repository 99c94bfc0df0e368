"""Promises of what is spoken and written."""
