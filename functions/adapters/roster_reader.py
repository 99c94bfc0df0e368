"""Read the roster for a page: from SSM, or its copy in the incident table if SSM fails."""

import os
import time
from dataclasses import replace
from datetime import UTC, datetime

from adapters.aws_clients import AWS_ERRORS, Client, error_code
from adapters.metrics import tolerate_aws_errors
from oncall.incident import Incident
from oncall.incident_record import from_item, to_item
from oncall.roster.fallback import (
    LAST_GOOD,
    Missing,
    NoUsableRoster,
    ReadError,
    ReadResult,
    SelectedRoster,
    StoredRoster,
    select_roster,
)

#: Seconds after which DynamoDB deletes a copy, so that phone numbers do not stay after a team has
#: gone. Each page and each daily drill renews it.
RETENTION_SECONDS = 90 * 24 * 60 * 60

#: SSM's errors for a parameter that exists but may not be read: no permission, or a SecureString
#: whose key is gone (SSM API reference, GetParameter). Another version may be readable.
ACCESS_ERRORS = ("AccessDeniedException", "InvalidKeyId")


def select_page_roster(
    ssm: Client, dynamodb: Client, incident: Incident, now: datetime
) -> tuple[Incident, SelectedRoster | NoUsableRoster]:
    """Select the roster of a page; that of the fallback team if its own cannot be used.

    The page keeps its team, whose lock it holds; its messages explain that the team has no roster.
    """
    selected = select_team_roster(ssm, dynamodb, incident.team, now)
    if isinstance(selected, SelectedRoster) or selected.error or incident.drill:
        return incident, selected
    fallback = os.environ["FALLBACK_TEAM"]
    if fallback == incident.team:
        return incident, selected
    other = select_team_roster(ssm, dynamodb, fallback, now)
    if not isinstance(other, SelectedRoster):
        return incident, other if other.error else selected  # with an error, a retry may help
    reason = f"{roster_name(incident.team)}: {selected.reason}"
    incident = replace(incident, requested_team=incident.team)
    return incident, replace(other, fallback_reason=reason)


def select_team_roster(
    ssm: Client, dynamodb: Client, team: str, now: datetime, latest: ReadResult | None = None
) -> SelectedRoster | NoUsableRoster:
    """Select the roster of a team's page; `latest` if it was read already."""
    name = roster_name(team)
    return select_roster(
        latest=lambda: latest or read_roster(ssm, name),
        last_good=lambda: read_roster(ssm, f"{name}:{LAST_GOOD}"),
        copy=lambda: read_cached_roster(dynamodb, team),
        now=now,
    )


def roster_name(team: str) -> str:
    """Return the name of a team's parameter."""
    return os.environ["ROSTER_PREFIX"] + team


def has_roster(ssm: Client, dynamodb: Client, team: str) -> bool:
    """Return whether a team has a roster or a copy, or may have: in doubt, its own is tried."""
    found = read_roster(ssm, roster_name(team))
    return not isinstance(found, Missing) or not isinstance(
        read_cached_roster(dynamodb, team), Missing
    )


def read_roster(ssm: Client, name: str) -> ReadResult:
    """Read the latest version for a page; with `:label` after the name, the labelled version."""
    try:
        parameter = ssm.get_parameter(Name=name, WithDecryption=True)["Parameter"]
    except (ssm.exceptions.ParameterNotFound, ssm.exceptions.ParameterVersionNotFound):
        # Unverified in AWS: which of the two a missing label raises; simulators of SSM disagree.
        if name.endswith(f":{LAST_GOOD}"):
            return Missing(f"no version is labelled {LAST_GOOD}")
        return Missing(f"there is no parameter {name}; save a roster there")
    except AWS_ERRORS as error:
        code = error_code(error)
        message = f"SSM could not return {name} ({code})"
        return ReadError(error, message, access_denied=code in ACCESS_ERRORS)
    saved_at = parameter.get("LastModifiedDate")
    return StoredRoster(parameter["Value"], parameter["Version"], saved_at=saved_at)


def read_cached_roster(dynamodb: Client, team: str) -> ReadResult:
    """Read the copy that the last page of a team stored."""
    try:
        item = dynamodb.get_item(
            TableName=os.environ["INCIDENT_TABLE"], Key=roster_item_key(team, "copy")
        ).get("Item")
    except AWS_ERRORS as error:
        return ReadError(
            error, f"the incident table could not return the copy ({error_code(error)})"
        )
    if not item:
        return Missing("no copy of a roster is stored")
    copy = from_item(item)
    at = datetime.fromtimestamp(copy["cached_at"], UTC)
    cached_at = f"{at:%Y-%m-%d %H:%M} UTC"
    return StoredRoster(copy["text"], copy["version"], cached_at, saved_at=at)


def cache_roster(dynamodb: Client, incident: Incident, selected: SelectedRoster) -> None:
    """Store a copy of the roster, unless it is the copy or another team's.

    A failure does not stop the page. The parser bounds its size; the table's encryption protects
    it.
    """
    if selected.stored.cached_at or incident.requested_team == incident.team:
        return
    now = int(time.time())
    values = {"cached_at": now, "expires_at": now + RETENTION_SECONDS}
    item = roster_item_key(incident.team, "copy") | to_item(
        {"text": selected.stored.text, "version": selected.stored.version, **values}
    )
    with tolerate_aws_errors("roster not cached", incident.id):
        dynamodb.put_item(TableName=os.environ["INCIDENT_TABLE"], Item=item)


def roster_item_key(team: str, kind: str) -> dict[str, dict[str, str]]:
    """Return the key of an item about a team's roster: `copy`, or the last `report` of it."""
    return to_item({"pk": f"roster#{team}", "sk": kind})
