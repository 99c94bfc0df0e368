"""`callout webhook`: manage the tokens of webhooks, and send test alerts."""
