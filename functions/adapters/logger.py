"""Structured logs: one JSON object a line, with the incident it belongs to.

Written by hand because the dial path imports nothing but boto3 and our own code; the
keys are those of aws-lambda-powertools, so that the same queries work.
"""

from __future__ import annotations

import json
import os
import sys
from datetime import UTC, datetime


def log(level: str, message: str, *, incident_id: str, **details: object) -> None:
    """Write one line to the function's log.

    Args:
        level: INFO, WARNING or ERROR.
        message: what happened, without values, so that lines can be grouped by it.
        incident_id: the page that this belongs to.
        details: values; phone numbers among them must be masked.
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
    # Half a character (a lone surrogate) cannot be written: escaped, as JSON allows, a log
    # line is never what a page fails on.
    sys.stdout.write(text.encode(errors="backslashreplace").decode() + "\n")
