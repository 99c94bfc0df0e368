"""Finds incidents: the table of a stack, its teams, and the one that an operator means."""

from __future__ import annotations

from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from callout.deployed_stack import output, resources
from callout.errors import CommandError
from callout.incidents.store import History
from callout.roster import parameter_store
from oncall.incident import DEFAULT_TEAM, is_token
from oncall.roster.parsing.field_reader import nearest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from callout.aws_session import Aws
    from oncall.incident_record import Record

#: Characters of an id that are enough, where they are of one incident only.
FEWEST = 4
#: Incidents that are named where more than one is meant.
MOST_NAMED = 5


def history(aws: Aws, stack: str) -> History:
    """Give the incident table of a stack; raises CommandError where there is none."""
    return History(aws.client("dynamodb"), output(aws, stack, "IncidentTableName"))


def teams_meant(aws: Aws, stack: str, table: History, team: str | None) -> list[str]:
    """Give the team that is named, or every team of the stack: all that have a roster, or had.

    Where the rosters may not be listed, a team is taken as it is named.

    Raises:
        CommandError: no team can be called so, or it has neither a roster nor incidents.
    """
    if team is None:
        return sorted({*_deployed(aws, stack), *parameter_store.teams(aws)})
    named = [parameter_store.Store(aws, team).team]
    if table.has_any(team):
        return named
    try:
        known = sorted({*_deployed(aws, stack), *parameter_store.listed(aws)})
    except ClientError:
        return named
    if team not in known:
        guess = f"; did you mean {meant}?" if (meant := nearest(team, known)) else ""
        raise CommandError(
            f"there is no team {team}: it has neither a roster nor incidents{guess}"
            f" (teams: {', '.join(known)})"
        )
    return named


def _deployed(aws: Aws, stack: str) -> set[str]:
    """Give the teams whose rosters are in a stack, and the one that there always is."""
    names = [one.physical_id for one in resources(aws, stack) if one.type == "AWS::SSM::Parameter"]
    return {DEFAULT_TEAM} | {
        one.removeprefix(parameter_store.PREFIX)
        for one in names
        if one.startswith(parameter_store.PREFIX)
    }


def find(aws: Aws, stack: str, team: str | None, wanted: str) -> tuple[History, Record]:
    """Find an incident of a stack, and the table it is in; raises CommandError as below."""
    wanted = wanted.strip()
    table = history(aws, stack)
    among = teams_meant(aws, stack, table, team)
    record = found(table, among, wanted)
    if record is None:
        of = f"the team {among[0]}" if len(among) == 1 else f"the teams {', '.join(among)}"
        elsewhere = "" if team else "; of a team without a roster, give --team"
        raise CommandError(
            f"there is no incident {wanted} of {of}: callout incidents lists them (--since 52w)"
            f"{elsewhere}"
        )
    return table, record


def found(table: History, among: Sequence[str], wanted: str) -> Record | None:
    """Find the incident with an id, or the only one whose id begins so; None if there is none.

    Args:
        table: where it is.
        among: teams.
        wanted: the id, or at least its first FEWEST characters, in any case.

    Raises:
        CommandError: there is more than one, or what is wanted is no id.
    """
    if not is_token(wanted):
        raise CommandError(f"{wanted!r} is no id of an incident: callout incidents lists them")
    exact = [one for team in among if (one := table.record(team, wanted))]
    if len(exact) == 1:
        return exact[0]
    if exact:
        named = ", ".join(one.incident.team for one in exact)
        raise CommandError(f"there is an incident {wanted} of each of {named}: say which (--team)")
    if len(wanted) < FEWEST:
        raise CommandError(f"{wanted!r} is too short: give {FEWEST} characters of the id, or more")
    meant = [(team, one) for team in among for one in table.ids(team, wanted)]
    meant = meant or _in_any_case(table, among, wanted)
    if len(meant) > 1:
        named = ", ".join(f"{one} ({team})" for team, one in meant[:MOST_NAMED])
        more = f" and {len(meant) - MOST_NAMED} more" if len(meant) > MOST_NAMED else ""
        raise CommandError(f"{wanted!r} may be {named}{more}: give more of the id")
    return table.record(*meant[0]) if meant else None


def _in_any_case(table: History, among: Sequence[str], wanted: str) -> list[tuple[str, str]]:
    """Give the team and id of what may be meant by an id whose case is not that of the table.

    All ids of the teams are read, for the table tells only those that begin just so.
    """
    meant = [
        (team, one)
        for team in among
        for one in table.ids(team, "")
        if one.lower().startswith(wanted.lower())
    ]
    whole = [pair for pair in meant if pair[1].lower() == wanted.lower()]
    return whole or meant
