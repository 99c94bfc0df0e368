"""The contact flow that Amazon Connect plays, and its validation."""
