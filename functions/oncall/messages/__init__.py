"""Spoken messages and e-mails, by language."""
