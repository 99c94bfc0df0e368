"""Acknowledge or resolve an incident from the command line, without a call."""

import getpass
import time

from adapters.aws_clients import AWS_ERRORS
from callout.aws_session import AwsSession
from callout.errors import CommandError
from callout.incidents.store import IncidentQueries
from oncall.incident_record import Record
from oncall.text import clean

#: Characters of a name, as in a roster.
MAX_NAME_LENGTH = 64


def operator_name(aws: AwsSession, given: str | None) -> str:
    """Return the operator's name: the one given, else the caller's in IAM, else the local user."""
    if given is not None:
        name = clean(given)
        if not name or len(name) > MAX_NAME_LENGTH:
            raise CommandError(
                f"--by {given!r}: use a name of at most {MAX_NAME_LENGTH} characters"
            )
        return name
    try:
        arn = aws.client("sts").get_caller_identity()["Arn"]
    except AWS_ERRORS:
        return clean(getpass.getuser(), MAX_NAME_LENGTH)
    return clean(name_from_arn(arn), MAX_NAME_LENGTH)


def name_from_arn(arn: str) -> str:
    """Return the user name in an STS ARN, or the session name if it is a role's.

    IAM Identity Center names the session after the person; the role's name is the same for
    everyone (IAM user guide, "IAM identifiers").
    """
    return arn.rpartition(":")[2].rpartition("/")[2] or arn


def acknowledge(table: IncidentQueries, record: Record, by: str) -> tuple[Record, bool]:
    """Acknowledge an incident; return its record afterwards, and whether it was changed."""
    incident, now = record.incident, int(time.time())
    changed = table.acknowledge(incident.team, incident.id, by=by, now=now)
    return table.record(incident.team, incident.id) or record, changed


def resolve(table: IncidentQueries, record: Record, by: str) -> tuple[Record, bool]:
    """Resolve an incident; return its record afterwards, and whether it was changed."""
    incident, now = record.incident, int(time.time())
    changed = table.close_and_resolve(incident.team, incident.id, by=by, now=now)
    return table.record(incident.team, incident.id) or record, changed
