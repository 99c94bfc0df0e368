"""Spoken messages and emails, by language."""
