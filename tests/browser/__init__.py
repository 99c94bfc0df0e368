"""The page of `make phones` in a real browser: `make test-browser`, not every machine has one."""
