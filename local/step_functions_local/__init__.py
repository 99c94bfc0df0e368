"""Another Step Functions than the emulator's: AWS's own Step Functions Local, in Docker.

Two things can be done with it (docs/testing.md):

- the definition alone, with every task's answer taken from a MockConfigFile: `cases` finds in the
  histories of the stories what each task answered, `mock_config` writes it as AWS documents it,
  and `running` runs the cases anywhere and compares;
- the whole local system, with its state machine there: `moved` puts it there.

`container` is the container that compose.yaml describes. `stand_in` is the emulator once more,
taking the same settings, so that all of this is tried where there is no Docker.
"""
