"""Runs the same definition and functions in one process, in virtual time.

Nothing waits in real time: a page that calls eight phones in vain takes a fraction of a second. The
interpreter is moto's, which is independent of the emulator's, so that a result that both agree on
does not rest on either (docs/decisions/010).

`system` is the entry point. `virtual_clock` runs one thread at a time and jumps to the next that
wakes; `state_machine` runs the definition, `lambda_runtime` the handlers; `aws_services` are SSM,
DynamoDB and SNS; `event_rules` decides what an event starts. `template_resources` reads names,
settings and connections from the synthesized template, so that nothing is written twice.
"""
