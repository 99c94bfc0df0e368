"""What is deployed: read top to bottom, the architecture diagram."""
