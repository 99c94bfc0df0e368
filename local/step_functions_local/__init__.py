"""The state machine in AWS's own Step Functions Local, in Docker, with every task mocked.

- `test_cases`: what each task of an execution returned, from its history.
- `mock_config`: the test cases as a MockConfigFile, in the format that AWS documents.
- `container`: the container that compose.yaml describes.
- `run_test_cases`: runs the test cases in a Step Functions and compares.

See docs/contributing.md.
"""
