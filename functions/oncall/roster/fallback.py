"""Select the roster of a page: the latest, the last good version, or the copy of an earlier page.

An outdated roster is better than none. Callers pass how to read each source; a source is read only
if those before it are unusable.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from oncall.roster.model import Roster, RosterError

#: The label that validate_roster moves to each valid version.
LAST_GOOD = "last-good"
#: How many lines of errors a notification shows.
_MAX_LINES = 5


class RosterSource(StrEnum):
    """Where the roster of a page was read from."""

    LATEST = "latest"
    LAST_GOOD = "last-good"
    COPY = "copy"


@dataclass(frozen=True, slots=True)
class StoredRoster:
    """A saved roster: its text as the operator wrote it, and the version of its parameter.

    `cached_at` is when a page stored this copy, as text; "" if it was read from the parameter.
    `saved_at` is when it is known to have been saved; None if unknown.
    """

    text: str
    version: int
    cached_at: str = ""
    saved_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Missing:
    """The source has no roster; `message` is what to do about it, "" if nothing."""

    message: str = ""


@dataclass(frozen=True, slots=True)
class ReadError:
    """The source could not be read; `message` does not contain the request.

    `access_denied` means that the service is available but does not return this roster.
    """

    error: Exception
    message: str
    access_denied: bool = False


ReadResult = StoredRoster | Missing | ReadError


@dataclass(frozen=True, slots=True)
class SelectedRoster:
    """The roster to use.

    `fallback_reason` is why it is not the latest, in a few lines; "" if it is.
    """

    roster: Roster
    stored: StoredRoster
    source: RosterSource
    fallback_reason: str = ""


@dataclass(frozen=True, slots=True)
class NoUsableRoster:
    """No source has a usable roster.

    `reason` has all problems of the latest; `error` is that of reading it, if a retry may help.
    """

    reason: str
    error: Exception | None = None


def select_roster(
    latest: Callable[[], ReadResult],
    last_good: Callable[[], ReadResult],
    copy: Callable[[], ReadResult],
    now: datetime | None = None,
) -> SelectedRoster | NoUsableRoster:
    """Return the roster of a page.

    `last_good` is called only if the latest is invalid or access to it is denied: an unavailable
    SSM is not read again, because waiting delays the calls. `now` is as in `parse`; a roster that
    was saved later, while a page waited, is parsed as of then.
    """
    result = latest()
    reasons: list[str] = []
    selected = _usable(result, RosterSource.LATEST, reasons, now)
    if selected:
        return selected
    if isinstance(result, StoredRoster) or (isinstance(result, ReadError) and result.access_denied):
        selected = _usable(last_good(), RosterSource.LAST_GOOD, reasons, now)
    selected = selected or _usable(copy(), RosterSource.COPY, reasons, now)
    if selected:
        return replace(selected, fallback_reason=first_lines(reasons[0].splitlines(), _MAX_LINES))
    error = result.error if isinstance(result, ReadError) else None
    return NoUsableRoster("\n".join(reasons), error)


def parse_saved(text: str, now: datetime | None = None) -> Roster:
    """Parse a roster from SSM, which has enforced its limit; raises RosterError.

    `now` is as in `parse`.
    """
    from oncall.roster.parsing.parser import parse  # noqa: PLC0415 - it loads YAML

    return parse(text, limit_bytes=None, now=now)


def first_lines(lines: Sequence[str], limit: int) -> str:
    """Return the first lines, and how many more there are."""
    more = len(lines) - limit
    return "\n".join([*lines[:limit], *([f"and {more} more"] if more > 0 else [])])


def _usable(
    result: ReadResult, source: RosterSource, reasons: list[str], now: datetime | None
) -> SelectedRoster | None:
    """Return the roster if it is valid; otherwise add the reason."""
    if not isinstance(result, StoredRoster):
        reasons += filter(None, [result.message])
        return None
    try:
        at = now and max(now, result.saved_at or now)
        return SelectedRoster(parse_saved(result.text, at), result, source)
    except RosterError as error:
        heading = {
            RosterSource.LATEST: f"version {result.version}:",
            RosterSource.LAST_GOOD: f"version {result.version}, labelled {LAST_GOOD}:",
            RosterSource.COPY: f"the copy of version {result.version}:",
        }[source]
        reasons.append(f"{heading}\n{error}")
    return None
