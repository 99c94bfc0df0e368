"""Promises of what lets the state machine run in another Step Functions than the emulator's."""
