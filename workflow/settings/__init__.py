"""The typed settings, one file a section."""
