"""Takes or closes an incident from outside, as an operator who needs no call for it."""

from __future__ import annotations

import getpass
import time
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from callout.errors import CommandError
from oncall.incident_record import RESOLVED
from oncall.text import clean

if TYPE_CHECKING:
    from callout.aws_session import Aws
    from callout.incidents.store import History
    from oncall.incident_record import Record

#: Characters of a name, as of a contact's in the roster.
LONGEST_NAME = 64


def name_of(aws: Aws, given: str | None) -> str:
    """Give who it is that asks: the name given, or the caller's in IAM, or on this machine.

    Raises:
        CommandError: the name that is given cannot be one.
    """
    if given is not None:
        name = clean(given)
        if not name or len(name) > LONGEST_NAME:
            raise CommandError(f"--by {given!r}: write a name, {LONGEST_NAME} characters at most")
        return name
    try:
        return clean(identity(aws.client("sts").get_caller_identity()["Arn"]), LONGEST_NAME)
    except (BotoCoreError, ClientError):
        return clean(getpass.getuser(), LONGEST_NAME)


def identity(arn: str) -> str:
    """Give the name in an ARN of STS: of a user, or of the session where it is a role.

    The session of who signs in by IAM Identity Center is named after them; a role's own name
    would be the same for all (IAM user guide, "IAM identifiers").
    """
    return arn.rpartition(":")[2].rpartition("/")[2] or arn


def acknowledge(table: History, record: Record, by: str) -> tuple[Record, bool]:
    """Give an incident to somebody: the record as it is then, and whether this has changed it."""
    incident, now = record.incident, int(time.time())
    changed = table.acknowledge(incident.team, incident.id, by=by, now=now)
    return table.record(incident.team, incident.id) or record, changed


def resolve(table: History, record: Record, by: str) -> tuple[Record, bool]:
    """Note that an incident is over: the record as it is then, and whether this has changed it."""
    incident, now = record.incident, int(time.time())
    table.end(incident.team, incident.id, outcome=RESOLVED, by=by, now=now)
    changed = table.resolve(incident.team, incident.id, by=by, now=now)
    return table.record(incident.team, incident.id) or record, changed
