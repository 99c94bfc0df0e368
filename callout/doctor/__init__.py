"""`callout doctor`: check everything that a call needs.

`run_checks` runs the checks in order. `aws_state` reads their input from AWS; the `check_*` modules
only evaluate it.
"""
