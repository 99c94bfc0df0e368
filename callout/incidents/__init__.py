"""Commands about incidents: list, show, acknowledge, resolve, report."""
