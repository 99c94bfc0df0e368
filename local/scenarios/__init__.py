"""Scenario files, their results, and the runners."""
