"""What a request with a valid link does: read the incident, acknowledge or resolve it, notify."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from adapters.aws_clients import AWS_ERRORS, Client
from adapters.incident_links import read_key
from adapters.metrics import log_aws_error
from adapters.roster_notifications import publish
from oncall.incident_record import ACKNOWLEDGED, LINK
from oncall.links.incident_page import ACTIONS, answer_email
from oncall.roster.validation_report import Report

if TYPE_CHECKING:
    from adapters.incident_store import IncidentTable
    from oncall.incident_record import Record

#: Seconds for which a key that was read is used, so that a replaced one ends; and for which none is
#: looked for. Requests must not use up the rate of GetParameter, which pages need.
CACHE_SECONDS, MISSING_SECONDS = 60, 5


class LinkKey:
    """The key, read at most once a minute.

    Times are wall-clock times: a monotonic clock may stop while Lambda freezes the function.
    """

    def __init__(self, ssm: Client) -> None:
        self._ssm = ssm
        self._key, self._read_at = "", 0.0

    def read(self) -> str:
        """Return the key; "" if there is none.

        Raises:
            ClientError: SSM fails; botocore's connection errors too.
        """
        age = time.time() - self._read_at
        if not 0 <= age < (CACHE_SECONDS if self._key else MISSING_SECONDS):
            self._key, self._read_at = read_key(self._ssm) or "", time.time()
        return self._key


def act(table: IncidentTable, record: Record, action: str, by: str) -> bool:
    """Acknowledge or resolve an incident; False if that was done before.

    Raises:
        ClientError: the table fails; botocore's connection errors too.
    """
    incident, now = record.incident, int(time.time())
    if ACTIONS[action] == ACKNOWLEDGED:
        return table.acknowledge(incident.team, incident.id, by=by, now=now, via=LINK)
    return table.close_and_resolve(incident.team, incident.id, by=by, now=now, via=LINK)


def notify(  # noqa: PLR0913 - keyword-only: who did what, and how to write it
    sns: Client,
    record: Record,
    *,
    action: str,
    by: str,
    language: str,
    timezone: str,
) -> None:
    """Notify SNS of an answer; if that fails, the answer still counts."""
    incident = record.incident
    report = Report(*answer_email(record, action, by, language=language, timezone=timezone))
    test = str(incident.test).lower()
    attributes = {"severity": incident.severity, "outcome": ACTIONS[action], "test": test}
    try:
        publish(sns, incident.team, report, **attributes)
    except AWS_ERRORS as error:
        log_aws_error("ERROR", "answer not notified", error, incident_id=incident.id)
