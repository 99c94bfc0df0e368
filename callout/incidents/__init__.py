"""What an operator does about incidents: see them, take them, close them, count them."""
