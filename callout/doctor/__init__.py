"""`callout doctor`: `run_checks` runs the checks, `aws_state` reads their input from AWS."""
