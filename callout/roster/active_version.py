"""Which saved version pages use, and whether a version is valid."""

from collections.abc import Sequence
from datetime import UTC, datetime

from callout.errors import CommandError
from callout.roster.parameter_store import Version
from oncall.roster.fallback import (
    LAST_GOOD,
    Missing,
    NoUsableRoster,
    ReadResult,
    SelectedRoster,
    StoredRoster,
    parse_saved,
    select_roster,
)
from oncall.roster.model import Problem, Roster, RosterError


def select_active(versions: Sequence[Version]) -> SelectedRoster | NoUsableRoster:
    """Return the roster that a page would use now, as plan_calls does, without its own copy."""
    labelled = next((version for version in versions if LAST_GOOD in version.labels), None)
    return select_roster(
        latest=lambda: _read_result(versions[-1] if versions else None),
        last_good=lambda: _read_result(labelled),
        copy=Missing,
        now=datetime.now(UTC),
    )


def active_roster(versions: Sequence[Version]) -> SelectedRoster:
    """Return the roster that a page would use; raise CommandError if there is none."""
    selected = select_active(versions)
    if isinstance(selected, SelectedRoster):
        return selected
    raise CommandError(
        "no saved version of the roster is valid: fix the errors that callout roster show prints,"
        " then callout roster push"
    )


def latest_roster(versions: Sequence[Version]) -> Roster:
    """Return the roster of the latest version; raise CommandError if it is not valid."""
    try:
        return parse_saved(versions[-1].text, datetime.now(UTC))
    except RosterError as error:
        raise CommandError(
            f"the latest version is not valid: {error.problems[0]}; fix it first"
        ) from None


def active_version_number(versions: Sequence[Version]) -> int:
    """Return the number of the version that a page would use; 0 if there is none."""
    selected = select_active(versions)
    return selected.stored.version if isinstance(selected, SelectedRoster) else 0


def roster_of(version: Version) -> Roster | None:
    """Return a version's roster; None if it is not valid."""
    return None if problems(version) else parse_saved(version.text)


def problems(version: Version) -> tuple[Problem, ...]:
    """Return a version's problems; empty if it is valid."""
    try:
        parse_saved(version.text, datetime.now(UTC))
    except RosterError as error:
        return error.problems
    return ()


def _read_result(version: Version | None) -> ReadResult:
    return StoredRoster(version.text, version.number) if version else Missing()
