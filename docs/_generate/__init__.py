"""Generate the reference tables in docs/settings.md and docs/roster.md (`make reference`)."""
