"""Promises of the contact flow: what the callee hears, and what each key does."""
