"""Convert dumps of other pagers to rosters."""
