"""Promises of the deployed template: a page, from event to ending."""
