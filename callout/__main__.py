"""`python -m callout`."""

import sys

from callout.command import command

sys.exit(command())
