"""The calls of a page: plan, progress, grouping."""
