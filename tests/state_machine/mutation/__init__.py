"""What the definition is with one thing taken out, and which promise notices."""
