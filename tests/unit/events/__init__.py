"""Promises of the event parsers."""
