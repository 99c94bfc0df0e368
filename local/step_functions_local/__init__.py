"""The state machine in AWS's own Step Functions Local, in Docker, with every task mocked.

- `mock_config`: test cases from the scenarios, as a MockConfigFile in the format of AWS.
- `container`: the container that compose.yaml describes.
- `run_test_cases`: runs the test cases in a Step Functions and compares.

See docs/contributing.md.
"""
