"""Answers by link or callback: change the incident, and notify SNS."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from adapters.aws_clients import AWS_ERRORS, Client
from adapters.metrics import log_aws_error
from adapters.roster_notifications import publish
from oncall.incident_record import ACKNOWLEDGED
from oncall.messages.email import answer_email
from oncall.roster.validation_report import Report

if TYPE_CHECKING:
    from adapters.incident_store import IncidentTable
    from oncall.incident_record import Record


def record_answer(table: IncidentTable, record: Record, outcome: str, by: str, via: str) -> bool:
    """Acknowledge or resolve an incident; return False if someone was faster.

    Raises:
        ClientError: the table fails; botocore's connection errors too.
    """
    incident, now = record.incident, int(time.time())
    if outcome == ACKNOWLEDGED:
        return table.acknowledge(incident.team, incident.id, by=by, now=now, via=via)
    return table.close_and_resolve(incident.team, incident.id, by=by, now=now, via=via)


def notify(
    sns: Client, record: Record, outcome: str, answer: tuple[str, str], locale: tuple[str, str]
) -> None:
    """Publish a notification of an answer; if SNS fails, the answer still counts.

    `answer` has the name and `Record.closed_via`; `locale` the roster's language and time zone.
    """
    incident = record.incident
    email = answer_email(record, outcome, answer, locale)
    test = str(incident.test).lower()
    attributes = {"severity": incident.severity, "outcome": outcome, "test": test}
    attributes["incident"] = incident.id
    try:
        publish(sns, incident.team, Report(*email), **attributes)
    except AWS_ERRORS as error:
        log_aws_error("ERROR", "answer not notified", error, incident_id=incident.id)
