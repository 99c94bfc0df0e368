"""How large a roster may be, and why."""

from typing import NamedTuple

# SSM Parameter Store: 4 KB for a standard parameter, 8 KB for an advanced one.
STANDARD_PARAMETER_BYTES = 4_096
ADVANCED_PARAMETER_BYTES = 8_192

# A text beyond this is refused by its size alone and not read: nothing in a parameter can be
# so large, and reading takes more than half a second per 100 KB.
MOST_BYTES_READ = 16_384

# Step Functions ends an execution whose history passes 25,000 events: the pager would stop in
# the middle of the list, so such a roster is refused when it is saved. A call that rings and
# talks as long as it may takes 38 looks of 9 events (wait, task, choice) and some more: 365; the
# wait for the team's line 1,000 at most. 50 such calls leave 6,000 events for retries
# (tests/state_machine/test_limits.py).
MOST_CALLS_PER_PLAN = 50

LONGEST_NAME = 64  # characters; it is read aloud by logs and people, and fits a chat line
MOST_PHONES_PER_CONTACT = 5


class Range(NamedTuple):
    """A whole number from `lowest` to `highest`, both allowed."""

    lowest: int
    highest: int
    default: int


ROUNDS = Range(1, 10, default=2)
RING_SECONDS = Range(15, 60, default=45)  # as Amazon Connect's own RingTimeoutInSeconds
