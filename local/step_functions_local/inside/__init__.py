"""What is loaded into the process of the stand-in; see local/faults/inside."""
