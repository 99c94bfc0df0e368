"""Any scenario, any faults: every page ends as the model says, and none is lost.

Read `model` first: what a correct escalation does. Under it, `lives` says what a phone does with
a call that nobody ends, `weather` how many requests of a step the faults may strike, `patience`
how many are survived. `scenarios` makes a scenario from a seed, `run` tells it and compares, and
`python -m tests.property` (`make chaos`) does so some hundred times.

One in four of the seeds makes a storm: several events at once (`storm`, `random_storms`), of which
no model knows. `storm_run` plays it, and `storm_laws` and `storm_line_laws` say what may never be.
`burst` is one storm of any size in which nothing goes wrong.
"""
