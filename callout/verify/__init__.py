"""`callout verify`: compare a deployed stack with what the code assumes of AWS."""
