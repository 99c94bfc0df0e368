"""Any story, any faults: every page ends as the model says, and none is lost.

Read `model` first: what a correct escalation does. Under it, `lives` says what a phone does with
a call that nobody ends, `weather` how many requests of a step the faults may strike, `patience`
how many are survived. `stories` makes a story from a seed, `run` tells it and compares, and
`python -m tests.chaos` (`make chaos`) does so some hundred times.
"""
