"""Promises of the simulated Connect and of running on one machine."""
