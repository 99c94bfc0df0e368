"""Which roster a page calls by: the latest, the last good one, or the copy of an earlier page.

A pager with yesterday's roster works; a pager without one does not. Nothing here asks AWS: how
each source is read is handed in, and asked only when the ones before it are of no use.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from oncall.roster.defaults_and_limits import ADVANCED_PARAMETER_BYTES
from oncall.roster.parsing.errors import RosterError
from oncall.roster.parsing.parser import parse

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from oncall.roster.model import Roster

#: The label that validate_roster moves to each version that can be used.
LAST_GOOD = "last-good"
#: What a notification tells of a roster that cannot be used: the first lines of it.
_MOST_LINES = 5
#: What SSM answers where it is there, but does not hand a version out: no right, or a
#: SecureString whose key is gone (SSM API reference, GetParameter). Another version may do.
REFUSALS = ("AccessDeniedException", "InvalidKeyId")


class RosterSource(StrEnum):
    """Where the roster of a page was read."""

    LATEST = "latest"
    LAST_GOOD = "last-good"
    COPY = "copy"


@dataclass(frozen=True, slots=True)
class StoredRoster:
    """The text of a roster that was saved.

    Attributes:
        text: as the operator typed it.
        version: of the parameter.
        kept: when a page has kept it, as text; "" where it comes from the parameter.
    """

    text: str
    version: int
    kept: str = ""


@dataclass(frozen=True, slots=True)
class Missing:
    """There is nothing there; `message` is what to do about it, "" where nothing is to do."""

    message: str = ""


@dataclass(frozen=True, slots=True)
class ReadError:
    """It could not be read.

    Attributes:
        error: what was raised.
        message: the same in a few words, without what the request held.
        access_denied: the service is there, but does not hand this one out.
    """

    error: Exception
    message: str
    access_denied: bool = False


ReadResult = StoredRoster | Missing | ReadError


@dataclass(frozen=True, slots=True)
class SelectedRoster:
    """The roster to call by.

    Attributes:
        roster: the roster.
        stored: its text and version.
        source: where it was read.
        why: why it is not the latest, in some lines; "" where it is.
    """

    roster: Roster
    stored: StoredRoster
    source: RosterSource
    why: str = ""


@dataclass(frozen=True, slots=True)
class NoUsableRoster:
    """There is no roster to call by.

    Attributes:
        reason: why, with everything that is wrong with the latest.
        error: what hindered reading the latest, where that may pass.
    """

    reason: str
    error: Exception | None = None


def select_roster(
    latest: Callable[[], ReadResult],
    last_good: Callable[[], ReadResult],
    copy: Callable[[], ReadResult],
) -> SelectedRoster | NoUsableRoster:
    """Choose the roster of a page.

    Args:
        latest: reads the latest version of the parameter.
        last_good: reads the labelled one. Asked where the latest is there and of no use; a
            parameter store that fails is not asked again, since waiting costs a person time.
        copy: reads what the last page kept.
    """
    first = latest()
    why: list[str] = []
    chosen = _usable(first, RosterSource.LATEST, why)
    if chosen:
        return chosen
    if isinstance(first, StoredRoster) or (isinstance(first, ReadError) and first.access_denied):
        chosen = _usable(last_good(), RosterSource.LAST_GOOD, why)
    chosen = chosen or _usable(copy(), RosterSource.COPY, why)
    if chosen:
        return replace(chosen, why=first_lines(why[0].splitlines(), _MOST_LINES))
    return NoUsableRoster("\n".join(why), first.error if isinstance(first, ReadError) else None)


def read(text: str) -> Roster:
    """Read a roster that SSM has taken, however it did; raises RosterError.

    The limit of an advanced parameter, for SSM itself has kept a standard one to its own.
    """
    return parse(text, limit_bytes=ADVANCED_PARAMETER_BYTES)


def first_lines(lines: Sequence[str], most: int) -> str:
    """Give the first lines, and how many there are beyond."""
    more = len(lines) - most
    return "\n".join([*lines[:most], *([f"and {more} more"] if more > 0 else [])])


def _usable(found: ReadResult, source: RosterSource, why: list[str]) -> SelectedRoster | None:
    """Give the roster if it can be used; else say why not, for the notification."""
    match found:
        case StoredRoster():
            try:
                return SelectedRoster(read(found.text), found, source)
            except RosterError as error:
                said = {
                    RosterSource.LATEST: f"version {found.version}:",
                    RosterSource.LAST_GOOD: f"version {found.version}, labelled {LAST_GOOD}:",
                    RosterSource.COPY: f"the copy of version {found.version}:",
                }[source]
                why.append(f"{said}\n{error}")
        case ReadError() | Missing():
            if found.message:
                why.append(found.message)
    return None
