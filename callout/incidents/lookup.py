"""Find the incident that an operator means, and the teams to search."""

from collections.abc import Sequence

from botocore.exceptions import ClientError

from callout.aws_session import AwsSession
from callout.deployed_stack import list_resources, stack_output
from callout.errors import CommandError
from callout.incidents.store import IncidentQueries
from callout.roster import parameter_store
from oncall.incident import DEFAULT_TEAM, is_token
from oncall.incident_record import Record
from oncall.roster.parsing.field_reader import closest

#: Shortest prefix of an ID that is accepted.
MIN_PREFIX_LENGTH = 4
#: Incidents that are listed if a prefix matches several.
MAX_LISTED = 5


def incident_queries(aws: AwsSession, stack: str) -> IncidentQueries:
    """Return a stack's incident table; raise CommandError if there is none."""
    return IncidentQueries(aws.client("dynamodb"), stack_output(aws, stack, "IncidentTableName"))


def select_teams(
    aws: AwsSession, stack: str, table: IncidentQueries, team: str | None
) -> list[str]:
    """Return the given team, or all teams with a roster in SSM or in the stack.

    Raise CommandError for an unknown team; if listing rosters is denied, it is not checked.
    """
    if team is None:
        return sorted({*_deployed_teams(aws, stack), *parameter_store.list_teams_if_allowed(aws)})
    selected = [parameter_store.RosterStore(aws, team).team]
    if table.has_any(team):
        return selected
    try:
        known = sorted({*_deployed_teams(aws, stack), *parameter_store.list_teams(aws)})
    except ClientError:
        return selected
    if team not in known:
        suggestion = closest(team, known)
        guess = f"; did you mean {suggestion}?" if suggestion else ""
        raise CommandError(
            f"there is no team {team}: it has neither a roster nor incidents{guess}"
            f" (teams: {', '.join(known)})"
        )
    return selected


def _deployed_teams(aws: AwsSession, stack: str) -> set[str]:
    """Return the default team and the teams whose rosters are in a stack."""
    return {DEFAULT_TEAM, *parameter_store.deployed_teams(list_resources(aws, stack))}


def find_incident(
    aws: AwsSession, stack: str, team: str | None, wanted: str
) -> tuple[IncidentQueries, Record]:
    """Return the incident table and an incident; raise CommandError unless exactly one matches."""
    wanted = wanted.strip()
    table = incident_queries(aws, stack)
    teams = select_teams(aws, stack, table, team)
    record = find_by_prefix(table, teams, wanted)
    if record is None:
        searched = f"team {teams[0]}" if len(teams) == 1 else f"teams {', '.join(teams)}"
        elsewhere = "" if team else "; for a team without a roster, use --team"
        raise CommandError(
            f"there is no incident {wanted} of {searched}: list them with callout incidents"
            f" (--since 52w){elsewhere}"
        )
    return table, record


def find_by_prefix(table: IncidentQueries, teams: Sequence[str], wanted: str) -> Record | None:
    """Return the incident with an ID, or a unique prefix of it in any case; None if there is none.

    Raise CommandError if several incidents match, or `wanted` is not a valid ID.
    """
    if not is_token(wanted):
        raise CommandError(
            f"{wanted!r} is not a valid incident ID: list them with callout incidents"
        )
    exact = [record for team in teams if (record := table.record(team, wanted))]
    if len(exact) == 1:
        return exact[0]
    if exact:
        owners = ", ".join(record.incident.team for record in exact)
        raise CommandError(f"{owners} each have an incident {wanted}: use --team")
    if len(wanted) < MIN_PREFIX_LENGTH:
        raise CommandError(
            f"{wanted!r} is too short: use at least {MIN_PREFIX_LENGTH} characters of the ID"
        )
    matches = [(team, incident_id) for team in teams for incident_id in table.ids(team, wanted)]
    matches = matches or _match_ignoring_case(table, teams, wanted)
    if len(matches) > 1:
        listed = ", ".join(f"{incident_id} ({team})" for team, incident_id in matches[:MAX_LISTED])
        more = f" and {len(matches) - MAX_LISTED} more" if len(matches) > MAX_LISTED else ""
        raise CommandError(f"{wanted!r} matches {listed}{more}: use more characters of the ID")
    return table.record(*matches[0]) if matches else None


def _match_ignoring_case(
    table: IncidentQueries, teams: Sequence[str], wanted: str
) -> list[tuple[str, str]]:
    """Return team and ID of the incidents that match a prefix or a whole ID, ignoring case.

    DynamoDB matches prefixes case-sensitively, so all IDs of the teams are read.
    """
    matches = [
        (team, incident_id)
        for team in teams
        for incident_id in table.ids(team, "")
        if incident_id.lower().startswith(wanted.lower())
    ]
    whole = [match for match in matches if match[1].lower() == wanted.lower()]
    return whole or matches
