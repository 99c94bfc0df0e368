"""`callout simulate`: run scenarios on this machine with the real state machine and functions.

`scenario_from_options` builds a scenario from a roster and options, `run_scenarios` runs it,
`transcript` lists what happened, and `output` prints it. Nothing here accesses AWS.
"""
