"""`python -m callout`."""

import sys

from callout.cli import command

sys.exit(command())
