"""Promises, by kind: unit, template, scenarios."""
