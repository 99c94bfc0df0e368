"""Default values and limits of a roster."""

from datetime import timedelta
from typing import NamedTuple

# SSM Parameter Store: 4 KB for a standard parameter, 8 KB for an advanced one.
STANDARD_PARAMETER_BYTES = 4_096
ADVANCED_PARAMETER_BYTES = 8_192

# Larger texts are rejected without being parsed: no parameter can hold them, and parsing takes
# more than half a second per 100 KB.
MAX_BYTES_READ = 16_384

# Step Functions ends an execution whose history exceeds 25,000 events, so a roster that could
# cause that is rejected when it is saved. The longest call takes 38 polls of 9 events (wait, task,
# choice) and some more: 365; the wait for the team lock takes 1,000 at most. 50 such calls leave
# 6,000 events for retries (tests/state_machine/test_limits.py).
MAX_CALLS_PER_PLAN = 50

MAX_NAME_LENGTH = 64  # characters; names are spoken, logged and shown in chat
MAX_PHONES_PER_CONTACT = 5

MAX_MUTE = timedelta(days=30)  # a forgotten mute ends by itself
MAX_MUTE_TEXT_LENGTH = 200  # characters of its pattern, and of its reason

DEFAULT_TIMEZONE = "UTC"
DEFAULT_LANGUAGE = "en-US"


class Range(NamedTuple):
    """A whole number from `minimum` to `maximum`, both included."""

    minimum: int
    maximum: int
    default: int


ROUNDS = Range(1, 10, default=2)
FROM_ROUND = Range(1, 10, default=1)
RING_SECONDS = Range(15, 60, default=45)  # the limits of Amazon Connect's RingTimeoutInSeconds
# Phones let a second call from the same number through Do Not Disturb if it comes soon enough.
ATTEMPTS = Range(1, 3, default=1)
