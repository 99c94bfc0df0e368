"""Check that rosters exist and are valid."""

from collections.abc import Mapping
from datetime import UTC, datetime

from callout.doctor.check_result import CheckResult, fail, ok, warn
from callout.roster.lint import MAX_CALL_SECONDS, gap_warnings, repeat_warnings, text_warnings
from callout.roster.parameter_store import PREFIX
from callout.time_format import pluralize
from oncall.roster.fallback import parse_saved
from oncall.roster.model import Roster, RosterError


def check_roster(
    team: str, text: str | None, max_call_seconds: int = MAX_CALL_SECONDS, *, texts: bool = True
) -> list[CheckResult]:
    """Check one team's roster (None: there is no parameter) as a page would read it.

    `texts` is whether the deployment sends text messages.
    """
    check, parameter = f"roster {team}", PREFIX + team
    fix = f"docs/roster.md; then callout roster push {team} roster.yaml"
    if text is None:
        return [fail(check, f"there is no {parameter}", fix)]
    try:
        now = datetime.now(UTC)
        roster = parse_saved(text, now)
    except RosterError as error:
        return [fail(check, str(problem), fix) for problem in error.problems]
    contacts = pluralize(len(roster.contacts), "contact")
    numbers = pluralize(sum(len(contact.phones) for contact in roster.contacts), "number")
    warnings = [*gap_warnings(roster, now), *repeat_warnings(roster, max_call_seconds)]
    warnings += [] if texts else text_warnings(roster)
    return [warn(check, message, fix) for message in warnings] or [
        ok(check, f"{contacts}, {numbers}")
    ]


def valid_rosters(texts: Mapping[str, str | None]) -> dict[str, Roster]:
    """Return the rosters that a page could use, by team."""
    rosters = {}
    for team, text in texts.items():
        try:
            rosters[team] = parse_saved(text or "")
        except RosterError:
            continue
    return rosters
