"""`callout callback`: tie the number to the contact flow that answers callbacks."""
