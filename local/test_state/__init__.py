"""The definition, put to the TestState API state by state: `make test-aws`.

`visits` reads what executions had in each state, `questions` makes requests of it and says what
must come of them, `answers` asks and compares. Nothing is deployed and nothing is called: tasks
get the results and errors that they had in the stories.
"""
