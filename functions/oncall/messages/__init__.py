"""What is spoken and written, by language."""
