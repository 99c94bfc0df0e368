"""Everything about a page that can be decided without AWS."""
