"""Select the roster of a page, and say why if it is not the latest."""

from __future__ import annotations

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

DOWN = ReadError(ConnectionError(), "SSM did not give it (EndpointConnectionError)")
ACCESS_DENIED = ReadError(
    PermissionError(), "SSM did not give it (AccessDeniedException)", access_denied=True
)
NO_TABLE = ReadError(TimeoutError(), "the incident table did not give the copy (ReadTimeoutError)")
DELETED = Missing("there is no parameter /callout/rosters/web; save a roster there")
NO_COPY = Missing("no copy of a roster is kept")
NO_LABEL = Missing("no version is labelled last-good")
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


def used(*results: ReadResult) -> tuple[RosterSource, int]:
    """Return the source and version of the selected roster."""
    selected, _ = select(*results)
    assert isinstance(selected, SelectedRoster), selected
    return selected.source, selected.stored.version


def test_a_valid_latest_version_is_used_and_no_other_source_is_read() -> None:
    selected, sources = select(StoredRoster(BETTER, 3), StoredRoster(GOOD, 2), COPY)

    assert isinstance(selected, SelectedRoster)
    assert (selected.source, selected.fallback_reason) == (RosterSource.LATEST, "")
    assert sources == ["latest"]


@pytest.mark.parametrize("text", [*BAD.values(), ""], ids=[*BAD, "nothing"])
def test_the_last_good_version_is_used_if_the_latest_is_invalid(text: str) -> None:
    assert used(StoredRoster(text, 3), StoredRoster(GOOD, 2), COPY) == (RosterSource.LAST_GOOD, 2)


def test_the_copy_is_used_if_no_version_is_labelled() -> None:
    assert used(StoredRoster(BROKEN, 3), NO_LABEL, COPY) == (RosterSource.COPY, 2)
    assert used(StoredRoster(BROKEN, 3), DOWN, COPY) == (RosterSource.COPY, 2)


def test_an_invalid_labelled_version_is_not_used() -> None:
    assert used(StoredRoster(BROKEN, 3), StoredRoster(BROKEN, 2), COPY) == (RosterSource.COPY, 2)


def test_the_copy_is_used_if_the_roster_was_deleted() -> None:
    selected, sources = select(DELETED, copy=COPY)

    assert isinstance(selected, SelectedRoster)
    assert selected.source == RosterSource.COPY
    assert selected.fallback_reason == DELETED.message
    assert sources == ["latest", "copy"]


def test_an_unavailable_ssm_is_not_read_twice() -> None:
    selected, sources = select(DOWN, StoredRoster(GOOD, 1), COPY)

    assert isinstance(selected, SelectedRoster)
    assert (selected.source, selected.fallback_reason) == (RosterSource.COPY, DOWN.message)
    assert sources == ["latest", "copy"]


def test_another_version_is_read_if_access_to_one_is_denied() -> None:
    assert used(ACCESS_DENIED, StoredRoster(GOOD, 2), COPY) == (RosterSource.LAST_GOOD, 2)
    assert used(ACCESS_DENIED, ACCESS_DENIED, COPY) == (RosterSource.COPY, 2)


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
    at_length, _ = select(StoredRoster(many, 7), StoredRoster(GOOD, 6))

    assert isinstance(selected, SelectedRoster)
    assert selected.fallback_reason.startswith("version 7:\nline 3, column")
    assert isinstance(at_length, SelectedRoster)
    assert len(at_length.fallback_reason.splitlines()) == 6
    assert at_length.fallback_reason.endswith(" more")
