"""Checks the definition state by state with the TestState API: `make test-aws`.

`requests` makes requests of what the scenarios' executions did, with the expected responses;
`__main__` sends them and compares. Nothing is deployed and nothing is called: tasks return the
results and errors that they had in the scenarios.
"""
