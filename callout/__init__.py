"""The operators' command: `callout page`, `incidents`, `roster`, `simulate`, `doctor` and more."""

import sys
from pathlib import Path

# `oncall` and `adapters` are imported from the functions' source folder; they are not installed.
FUNCTIONS = str(Path(__file__).resolve().parent.parent / "functions")
if FUNCTIONS not in sys.path:
    sys.path.insert(0, FUNCTIONS)
