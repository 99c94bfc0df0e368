"""What is saved: which version pages call by, and whether each can be used."""

from __future__ import annotations

from typing import TYPE_CHECKING

from callout.errors import CommandError
from oncall.roster.fallback import (
    LAST_GOOD,
    Missing,
    NoUsableRoster,
    SelectedRoster,
    StoredRoster,
    read,
    select_roster,
)
from oncall.roster.parsing.errors import Problem, RosterError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from callout.roster.parameter_store import Version
    from oncall.roster.fallback import ReadResult


def in_use(versions: Sequence[Version]) -> SelectedRoster | NoUsableRoster:
    """Give the roster that a page would call by now, as plan_calls chooses it.

    What plan_calls has beside, the copy of an earlier page, is for when SSM is down.
    """
    labelled = next((one for one in versions if LAST_GOOD in one.labels), None)
    return select_roster(
        latest=lambda: _found(versions[-1] if versions else None),
        last_good=lambda: _found(labelled),
        copy=Missing,
    )


def usable(versions: Sequence[Version]) -> SelectedRoster:
    """Give the roster that a page would call by; raises CommandError where there is none."""
    chosen = in_use(versions)
    if isinstance(chosen, SelectedRoster):
        return chosen
    raise CommandError("no saved roster can be used: callout roster show says what is wrong")


def number_in_use(versions: Sequence[Version]) -> int:
    """Give the number of the version that a page would call by; 0 where there is none."""
    chosen = in_use(versions)
    return chosen.stored.version if isinstance(chosen, SelectedRoster) else 0


def problems(version: Version) -> tuple[Problem, ...]:
    """Give what is wrong with a version; nothing where it can be used."""
    try:
        read(version.text)
    except RosterError as error:
        return error.problems
    return ()


def _found(version: Version | None) -> ReadResult:
    return StoredRoster(version.text, version.number) if version else Missing()
