"""The page of `make phones` without a browser: what it is told, what it may ask, who may ask."""
