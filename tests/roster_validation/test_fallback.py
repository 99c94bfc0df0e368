"""Select the roster of a page, and give a reason if it is not the latest."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from oncall.roster.fallback import (
    Missing,
    NoUsableRoster,
    ReadError,
    ReadResult,
    RosterSource,
    SelectedRoster,
    StoredRoster,
    select_roster,
)
from tests.roster_validation.sample_rosters import BAD, BETTER, BROKEN, GOOD

DOWN = ReadError(ConnectionError(), "SSM could not return it (EndpointConnectionError)")
ACCESS_DENIED = ReadError(
    PermissionError(), "SSM could not return it (AccessDeniedException)", access_denied=True
)
NO_TABLE = ReadError(
    TimeoutError(), "the incident table could not return the copy (ReadTimeoutError)"
)
DELETED = Missing("there is no parameter /callout/rosters/web; save a roster there")
NO_COPY = Missing("no copy of a roster is stored")
NO_LABEL = Missing("no version is labelled last-good")
LABELLED, BROKEN_LABELLED = StoredRoster(GOOD, 2), StoredRoster(BROKEN, 2)
COPY = StoredRoster(GOOD, 2, "2026-01-05 09:00 UTC")


def select(
    latest: ReadResult, last_good: ReadResult = NO_LABEL, copy: ReadResult = NO_COPY
) -> tuple[SelectedRoster | NoUsableRoster, list[str]]:
    """Select a roster; return also which sources were read, in order."""
    sources: list[str] = []

    def read(name: str, result: ReadResult) -> ReadResult:
        sources.append(name)
        return result

    selected = select_roster(
        latest=lambda: read("latest", latest),
        last_good=lambda: read("last-good", last_good),
        copy=lambda: read("copy", copy),
    )
    return selected, sources


@pytest.mark.parametrize(
    ("latest", "last_good", "source", "sources"),
    [
        (StoredRoster(BETTER, 3), LABELLED, RosterSource.LATEST, "latest"),
        *[
            (StoredRoster(text, 3), LABELLED, RosterSource.LAST_GOOD, "latest last-good")
            for text in (*BAD.values(), "")
        ],
        (StoredRoster(BROKEN, 3), NO_LABEL, RosterSource.COPY, "latest last-good copy"),
        (StoredRoster(BROKEN, 3), DOWN, RosterSource.COPY, "latest last-good copy"),
        (StoredRoster(BROKEN, 3), BROKEN_LABELLED, RosterSource.COPY, "latest last-good copy"),
        (DELETED, NO_LABEL, RosterSource.COPY, "latest copy"),
        (DOWN, LABELLED, RosterSource.COPY, "latest copy"),  # no second request to SSM
        (ACCESS_DENIED, LABELLED, RosterSource.LAST_GOOD, "latest last-good"),
        (ACCESS_DENIED, ACCESS_DENIED, RosterSource.COPY, "latest last-good copy"),
    ],
)
def test_the_first_usable_source_is_selected_and_no_later_one_is_read(
    latest: ReadResult, last_good: ReadResult, source: RosterSource, sources: str
) -> None:
    selected, read = select(latest, last_good, COPY)

    assert isinstance(selected, SelectedRoster), selected
    assert (selected.source, " ".join(read)) == (source, sources)
    assert selected.stored.version == (3 if source == RosterSource.LATEST else 2)
    if source == RosterSource.LATEST:
        assert selected.fallback_reason == ""
    elif not isinstance(latest, StoredRoster):
        assert selected.fallback_reason == latest.message


@pytest.mark.parametrize(
    "copy", [NO_COPY, NO_TABLE, StoredRoster(BROKEN, 1, "2026-01-05 09:00 UTC")]
)
def test_without_a_usable_copy_an_ssm_failure_is_returned_for_a_retry(
    copy: ReadResult,
) -> None:
    selected, _ = select(DOWN, copy=copy)

    assert isinstance(selected, NoUsableRoster)
    assert selected.error is DOWN.error


@pytest.mark.parametrize("copy", [NO_COPY, NO_TABLE])
@pytest.mark.parametrize("latest", [StoredRoster(BROKEN, 1), DELETED])
def test_permanent_problems_are_returned_with_the_reason(
    latest: ReadResult, copy: ReadResult
) -> None:
    selected, _ = select(latest, copy=copy)

    assert isinstance(selected, NoUsableRoster)
    assert selected.error is None
    expected = "line 3" if isinstance(latest, StoredRoster) else "save a roster there"
    assert expected in selected.reason


def test_the_reason_has_the_first_problems_of_the_latest() -> None:
    selected, _ = select(StoredRoster(BROKEN, 7), StoredRoster(GOOD, 6))
    many = "\n".join(["contacts:", *["  - {nam: Ana, fone: 1}"] * 40])
    shortened, _ = select(StoredRoster(many, 7), StoredRoster(GOOD, 6))

    assert isinstance(selected, SelectedRoster)
    assert selected.fallback_reason.startswith("version 7:\nline 3, column")
    assert isinstance(shortened, SelectedRoster)
    assert len(shortened.fallback_reason.splitlines()) == 6
    assert shortened.fallback_reason.endswith(" more")


def test_a_mute_that_ends_too_late_for_now_is_not_used() -> None:
    muted = StoredRoster(f"{GOOD}mutes: [{{match: a, until: 2027-03-01T09:00, reason: r}}]\n", 7)
    at = datetime(2027, 1, 5, tzinfo=UTC)

    selected = select_roster(lambda: muted, lambda: LABELLED, lambda: COPY, now=at)

    assert isinstance(selected, SelectedRoster)
    assert selected.source == RosterSource.LAST_GOOD
    assert "more than 30 days after now" in selected.fallback_reason
    saved_while_the_page_waited = replace(muted, saved_at=datetime(2027, 2, 1, tzinfo=UTC))
    selected = select_roster(
        lambda: saved_while_the_page_waited, lambda: LABELLED, lambda: COPY, now=at
    )
    assert isinstance(selected, SelectedRoster)
    assert selected.source == RosterSource.LATEST
