"""The calls of a page: plan, announcement, progress."""
