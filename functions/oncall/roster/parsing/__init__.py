"""Reads the roster's YAML and reports every error in it."""
