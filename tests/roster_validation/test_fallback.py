"""Promises of the choice: the best roster there is, and what is said where it is not the latest."""

from __future__ import annotations

import pytest

from oncall.roster.fallback import Chosen, Fault, Found, Missing, Nothing, Saved, Source, choose
from tests.roster_validation.sample_rosters import BAD, BETTER, BROKEN, GOOD

DOWN = Fault(ConnectionError(), "SSM did not give it (EndpointConnectionError)")
REFUSED = Fault(PermissionError(), "SSM did not give it (AccessDeniedException)", refused=True)
NO_TABLE = Fault(TimeoutError(), "the incident table did not give the copy (ReadTimeoutError)")
DELETED = Missing("there is no parameter /callout/rosters/web; save a roster there")
NO_COPY = Missing("no copy of a roster is kept")
NO_LABEL = Missing("no version is labelled last-good")
COPY = Saved(GOOD, 2, "2026-01-05 09:00 UTC")


def chosen_of(
    latest: Found, last_good: Found = NO_LABEL, copy: Found = NO_COPY
) -> tuple[Chosen | Nothing, list[str]]:
    """Choose; give also what was asked for, in order."""
    asked: list[str] = []

    def reader(name: str, found: Found) -> Found:
        asked.append(name)
        return found

    chosen = choose(
        latest=lambda: reader("latest", latest),
        last_good=lambda: reader("last-good", last_good),
        copy=lambda: reader("copy", copy),
    )
    return chosen, asked


def used(*found: Found) -> tuple[Source, int]:
    """Give what was chosen where something was."""
    chosen, _ = chosen_of(*found)
    assert isinstance(chosen, Chosen), chosen
    return chosen.source, chosen.saved.version


def test_a_good_latest_version_is_used_and_nothing_else_is_asked_for() -> None:
    chosen, asked = chosen_of(Saved(BETTER, 3), Saved(GOOD, 2), COPY)

    assert isinstance(chosen, Chosen)
    assert (chosen.source, chosen.why) == (Source.LATEST, "")
    assert asked == ["latest"]


@pytest.mark.parametrize("text", [*BAD.values(), ""], ids=[*BAD, "nothing"])
def test_whatever_was_saved_the_last_good_version_is_called_by(text: str) -> None:
    assert used(Saved(text, 3), Saved(GOOD, 2), COPY) == (Source.LAST_GOOD, 2)


def test_where_no_version_is_labelled_a_page_goes_by_the_copy() -> None:
    assert used(Saved(BROKEN, 3), NO_LABEL, COPY) == (Source.COPY, 2)
    assert used(Saved(BROKEN, 3), DOWN, COPY) == (Source.COPY, 2)


def test_a_labelled_version_is_read_like_any_other() -> None:
    assert used(Saved(BROKEN, 3), Saved(BROKEN, 2), COPY) == (Source.COPY, 2)


def test_a_deleted_roster_leaves_its_copy() -> None:
    chosen, asked = chosen_of(DELETED, copy=COPY)

    assert isinstance(chosen, Chosen)
    assert chosen.source == Source.COPY
    assert chosen.why == DELETED.says
    assert asked == ["latest", "copy"]


def test_a_parameter_store_that_is_down_is_not_asked_twice() -> None:
    chosen, asked = chosen_of(DOWN, Saved(GOOD, 1), COPY)

    assert isinstance(chosen, Chosen)
    assert (chosen.source, chosen.why) == (Source.COPY, DOWN.says)
    assert asked == ["latest", "copy"]


def test_where_one_version_is_not_handed_out_another_may_be() -> None:
    assert used(REFUSED, Saved(GOOD, 2), COPY) == (Source.LAST_GOOD, 2)
    assert used(REFUSED, REFUSED, COPY) == (Source.COPY, 2)


@pytest.mark.parametrize("copy", [NO_COPY, NO_TABLE, Saved(BROKEN, 1, "2026-01-05 09:00 UTC")])
def test_where_the_parameter_store_is_down_and_no_copy_helps_it_is_tried_again(copy: Found) -> None:
    chosen, _ = chosen_of(DOWN, copy=copy)

    assert isinstance(chosen, Nothing)
    assert chosen.fault is DOWN.error


@pytest.mark.parametrize("copy", [NO_COPY, NO_TABLE])
@pytest.mark.parametrize("latest", [Saved(BROKEN, 1), DELETED])
def test_where_trying_again_cannot_help_it_is_said_at_once_why(latest: Found, copy: Found) -> None:
    chosen, _ = chosen_of(latest, copy=copy)

    assert isinstance(chosen, Nothing)
    assert chosen.fault is None
    expected = "line 3" if isinstance(latest, Saved) else "save a roster there"
    assert expected in chosen.reason


def test_what_is_wrong_with_the_latest_is_said_with_its_line_and_not_at_length() -> None:
    chosen, _ = chosen_of(Saved(BROKEN, 7), Saved(GOOD, 6))
    many = "\n".join(["contacts:", *["  - {nam: Ana, fone: 1}"] * 40])
    at_length, _ = chosen_of(Saved(many, 7), Saved(GOOD, 6))

    assert isinstance(chosen, Chosen)
    assert chosen.why.startswith("version 7:\nline 3, column")
    assert isinstance(at_length, Chosen)
    assert len(at_length.why.splitlines()) == 6
    assert at_length.why.endswith(" more")
