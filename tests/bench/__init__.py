"""Promises of what is measured: the counts, not the speed."""
