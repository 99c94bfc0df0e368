"""The same definition and functions in a second interpreter, in one process, in virtual time.

No second is waited for: a page that rings eight phones in vain is over in a fraction of a second.
The interpreter is moto's, which owes nothing to the emulator's, so what both agree on rests on
neither (docs/decisions/010).

`system` is what to use. Under it: `story_time` lets one execution at a time go on and jumps to
whoever wakes next; `interpreter` runs the definition, `functions` the handlers, `services` are
SSM, DynamoDB and SNS, `rules` what reaches the state machine, and `template` says how all of it
hangs together: it is read from the synthesised template, so nothing is written twice.
"""
