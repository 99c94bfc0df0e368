"""Alarms, dashboard, daily drill, and notifications of failures."""
