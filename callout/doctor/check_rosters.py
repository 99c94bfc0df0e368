"""Judges the rosters: readable, valid, and with somebody to call."""

from __future__ import annotations

from typing import TYPE_CHECKING

from callout.doctor.finding import Finding, bad, ok
from callout.roster.parameter_store import PREFIX
from oncall.roster.fallback import read
from oncall.roster.parsing.errors import RosterError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from oncall.roster.model import Roster


def judge_roster(team: str, text: str | None) -> list[Finding]:
    """Judge one team's roster, in the words in which a page would refuse it.

    Args:
        team: whose.
        text: the parameter's value; None where there is none.
    """
    check, parameter = f"roster {team}", PREFIX + team
    fix = f"docs/roster.md; then callout roster push {team} roster.yaml"
    if text is None:
        return [bad(check, f"there is no {parameter}", fix)]
    try:
        roster = read(text)
    except RosterError as error:
        return [bad(check, str(problem), fix) for problem in error.problems]
    people = len(roster.contacts)
    phones = sum(len(contact.phones) for contact in roster.contacts)
    who = f"{people} {'contact' if people == 1 else 'contacts'}"
    return [ok(check, f"{who}, {phones} {'number' if phones == 1 else 'numbers'}")]


def usable(texts: Mapping[str, str | None]) -> dict[str, Roster]:
    """Give the rosters that a page could use, by team."""
    found = {}
    for team, text in texts.items():
        try:
            found[team] = read(text or "")
        except RosterError:
            continue
    return found
