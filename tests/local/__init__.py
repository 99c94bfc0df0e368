"""Tests of what runs Callout on one machine."""
