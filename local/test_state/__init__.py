"""Checks the definition state by state with the TestState API: `make test-aws`.

`state_visits` reads what executions did in each state, `requests` makes requests of it with the
expected responses, and `compare` sends and compares. Nothing is deployed and nothing is called:
tasks return the results and errors that they had in the scenarios.
"""
