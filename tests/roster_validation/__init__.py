"""Promises of the roster that operators edit: no slip of theirs silences the pager."""
