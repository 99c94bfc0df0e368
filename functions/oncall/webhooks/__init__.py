"""Webhooks: check HTTP requests, and turn their bodies into pages."""
