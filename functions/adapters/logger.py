"""Structured logs: one JSON object a line, with the id of its incident.

The keys are those of aws-lambda-powertools, so that the same queries work; the dial path imports
nothing but boto3 and our own code.
"""

import json
import os
import sys
from datetime import UTC, datetime


def log(level: str, message: str, *, incident_id: str, **details: object) -> None:
    """Write one line to the function's log, of level INFO, WARNING or ERROR.

    The message has no values, so that lines can be grouped by it; phone numbers in `details` must
    be masked. `incident_id` is "" if the line belongs to no incident.
    """
    line = {
        "level": level,
        "timestamp": datetime.now(UTC).isoformat(timespec="milliseconds"),
        "service": "callout",
        "function": os.environ.get("AWS_LAMBDA_FUNCTION_NAME", ""),
        "incident_id": incident_id,
        "message": message,
        **details,
    }
    text = json.dumps(line, ensure_ascii=False, default=str)
    # A lone surrogate cannot be encoded: escape it, as JSON allows, so that logging never fails.
    sys.stdout.write(text.encode(errors="backslashreplace").decode() + "\n")
