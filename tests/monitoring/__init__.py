"""Promises of what watches the pager itself: drills, metrics, alarms."""
