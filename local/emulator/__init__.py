"""The real deployment in the embedded AWS emulator."""
