"""How long the incident table keeps a closed or open incident."""

from __future__ import annotations

import os

_DAY_SECONDS = 24 * 60 * 60


def expires_at(now: int) -> int:
    """Return when the table forgets an incident that is written now; Unix seconds."""
    return now + int(os.environ["RETENTION_DAYS"]) * _DAY_SECONDS
