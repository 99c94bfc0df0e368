"""`callout roster`: what operators do with an on-call list, from checking to rolling back."""
