"""What the CDK deploys. Start with stacks.py."""

import sys
from pathlib import Path

# `oncall` and `adapters` are not installed: import them from the source folder of the asset.
FUNCTIONS = str(Path(__file__).resolve().parent.parent / "functions")
if FUNCTIONS not in sys.path:
    sys.path.insert(0, FUNCTIONS)
