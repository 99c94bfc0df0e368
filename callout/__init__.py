"""The operator's command: `callout roster`, `page`, `call`, `replay`, `simulate`, `doctor`."""

import sys
from pathlib import Path

# `oncall` is imported from where the functions' asset is made of, not installed.
FUNCTIONS = str(Path(__file__).resolve().parent.parent / "functions")
if FUNCTIONS not in sys.path:
    sys.path.insert(0, FUNCTIONS)
