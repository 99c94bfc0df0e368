"""Promises of the choice: the best roster there is, and what is said where it is not the latest."""

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
REFUSED = ReadError(
    PermissionError(), "SSM did not give it (AccessDeniedException)", access_denied=True
)
NO_TABLE = ReadError(TimeoutError(), "the incident table did not give the copy (ReadTimeoutError)")
DELETED = Missing("there is no parameter /callout/rosters/web; save a roster there")
NO_COPY = Missing("no copy of a roster is kept")
NO_LABEL = Missing("no version is labelled last-good")
COPY = StoredRoster(GOOD, 2, "2026-01-05 09:00 UTC")


def chosen_of(
    latest: ReadResult, last_good: ReadResult = NO_LABEL, copy: ReadResult = NO_COPY
) -> tuple[SelectedRoster | NoUsableRoster, list[str]]:
    """Choose; give also what was asked for, in order."""
    asked: list[str] = []

    def reader(name: str, found: ReadResult) -> ReadResult:
        asked.append(name)
        return found

    chosen = select_roster(
        latest=lambda: reader("latest", latest),
        last_good=lambda: reader("last-good", last_good),
        copy=lambda: reader("copy", copy),
    )
    return chosen, asked


def used(*found: ReadResult) -> tuple[RosterSource, int]:
    """Give what was chosen where something was."""
    chosen, _ = chosen_of(*found)
    assert isinstance(chosen, SelectedRoster), chosen
    return chosen.source, chosen.stored.version


def test_a_good_latest_version_is_used_and_nothing_else_is_asked_for() -> None:
    chosen, asked = chosen_of(StoredRoster(BETTER, 3), StoredRoster(GOOD, 2), COPY)

    assert isinstance(chosen, SelectedRoster)
    assert (chosen.source, chosen.why) == (RosterSource.LATEST, "")
    assert asked == ["latest"]


@pytest.mark.parametrize("text", [*BAD.values(), ""], ids=[*BAD, "nothing"])
def test_whatever_was_saved_the_last_good_version_is_called_by(text: str) -> None:
    assert used(StoredRoster(text, 3), StoredRoster(GOOD, 2), COPY) == (RosterSource.LAST_GOOD, 2)


def test_where_no_version_is_labelled_a_page_goes_by_the_copy() -> None:
    assert used(StoredRoster(BROKEN, 3), NO_LABEL, COPY) == (RosterSource.COPY, 2)
    assert used(StoredRoster(BROKEN, 3), DOWN, COPY) == (RosterSource.COPY, 2)


def test_a_labelled_version_is_read_like_any_other() -> None:
    assert used(StoredRoster(BROKEN, 3), StoredRoster(BROKEN, 2), COPY) == (RosterSource.COPY, 2)


def test_a_deleted_roster_leaves_its_copy() -> None:
    chosen, asked = chosen_of(DELETED, copy=COPY)

    assert isinstance(chosen, SelectedRoster)
    assert chosen.source == RosterSource.COPY
    assert chosen.why == DELETED.message
    assert asked == ["latest", "copy"]


def test_a_parameter_store_that_is_down_is_not_asked_twice() -> None:
    chosen, asked = chosen_of(DOWN, StoredRoster(GOOD, 1), COPY)

    assert isinstance(chosen, SelectedRoster)
    assert (chosen.source, chosen.why) == (RosterSource.COPY, DOWN.message)
    assert asked == ["latest", "copy"]


def test_where_one_version_is_not_handed_out_another_may_be() -> None:
    assert used(REFUSED, StoredRoster(GOOD, 2), COPY) == (RosterSource.LAST_GOOD, 2)
    assert used(REFUSED, REFUSED, COPY) == (RosterSource.COPY, 2)


@pytest.mark.parametrize(
    "copy", [NO_COPY, NO_TABLE, StoredRoster(BROKEN, 1, "2026-01-05 09:00 UTC")]
)
def test_where_the_parameter_store_is_down_and_no_copy_helps_it_is_tried_again(
    copy: ReadResult,
) -> None:
    chosen, _ = chosen_of(DOWN, copy=copy)

    assert isinstance(chosen, NoUsableRoster)
    assert chosen.error is DOWN.error


@pytest.mark.parametrize("copy", [NO_COPY, NO_TABLE])
@pytest.mark.parametrize("latest", [StoredRoster(BROKEN, 1), DELETED])
def test_where_trying_again_cannot_help_it_is_said_at_once_why(
    latest: ReadResult, copy: ReadResult
) -> None:
    chosen, _ = chosen_of(latest, copy=copy)

    assert isinstance(chosen, NoUsableRoster)
    assert chosen.error is None
    expected = "line 3" if isinstance(latest, StoredRoster) else "save a roster there"
    assert expected in chosen.reason


def test_what_is_wrong_with_the_latest_is_said_with_its_line_and_not_at_length() -> None:
    chosen, _ = chosen_of(StoredRoster(BROKEN, 7), StoredRoster(GOOD, 6))
    many = "\n".join(["contacts:", *["  - {nam: Ana, fone: 1}"] * 40])
    at_length, _ = chosen_of(StoredRoster(many, 7), StoredRoster(GOOD, 6))

    assert isinstance(chosen, SelectedRoster)
    assert chosen.why.startswith("version 7:\nline 3, column")
    assert isinstance(at_length, SelectedRoster)
    assert len(at_length.why.splitlines()) == 6
    assert at_length.why.endswith(" more")
