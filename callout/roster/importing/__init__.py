"""Import a roster from a calendar and a contact list."""
