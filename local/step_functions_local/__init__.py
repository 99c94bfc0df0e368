"""The state machine in AWS's own Step Functions Local, in Docker, with every task mocked.

- `cases`: what each task of an execution answered, read from its history.
- `mock_config`: those cases as a MockConfigFile, in the form that AWS documents.
- `container`: the container that compose.yaml describes.
- `running`: runs the cases in a Step Functions and compares.

See docs/contributing.md.
"""
