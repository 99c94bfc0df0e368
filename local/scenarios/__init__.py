"""Scenario files, what came of running one, and the runners."""
