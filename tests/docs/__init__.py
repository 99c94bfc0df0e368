"""Every command that the documentation shows is one that there is, and is run somewhere."""
