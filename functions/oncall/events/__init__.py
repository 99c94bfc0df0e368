"""Parsers that turn EventBridge events into incidents."""
