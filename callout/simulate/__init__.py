"""`callout simulate`: run scenarios on this machine, by the real definition and functions.

`scenario_from_options` builds a scenario from a roster and options, `engines` run scenarios,
`transcript` puts in order what happened, and `telling` prints it. Nothing here reaches AWS.
"""
