"""`callout roster`: check, save, show and roll back rosters."""
