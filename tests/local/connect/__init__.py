"""Tests of the simulated Amazon Connect."""
