"""Promises of the state machine as it is written."""
