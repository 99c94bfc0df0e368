"""The same deployment on one machine: emulator, simulated Connect, phones."""
