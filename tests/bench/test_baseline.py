"""Promises of `make bench-check`: growth is named, and accepted only when asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bench import baseline, check
from bench.baseline import compare

if TYPE_CHECKING:
    from pathlib import Path

ACCEPTED = {"page: transitions": 25, "asset: zipped bytes": 1_000_000, "page: looks": 4}


def test_the_same_counts_are_neither_more_nor_less() -> None:
    found = compare(ACCEPTED, dict(reversed(ACCEPTED.items())))

    assert found == baseline.Comparison((), ())


def test_a_count_may_not_grow_by_one() -> None:
    found = compare(ACCEPTED, ACCEPTED | {"page: transitions": 26})

    assert found.grown == ("page: transitions: 25 -> 26 (+1)",)


@pytest.mark.parametrize(("size", "grows"), [(1_010_000, False), (1_010_001, True)])
def test_a_size_may_grow_by_a_hundredth(size: int, grows: bool) -> None:  # noqa: FBT001 - a case
    found = compare(ACCEPTED, ACCEPTED | {"asset: zipped bytes": size})

    assert bool(found.grown) == grows


def test_what_was_not_there_before_has_grown() -> None:
    found = compare(ACCEPTED, ACCEPTED | {"page: sns Publish": 1})

    assert found.grown == ("page: sns Publish: 0 -> 1 (+1)",)


def test_what_has_become_less_is_said_and_is_no_growth() -> None:
    found = compare(ACCEPTED, {"page: transitions": 20, "asset: zipped bytes": 1_000_000})

    assert found.grown == ()
    assert found.shrunk == ("page: looks: 4 -> 0 (-4)", "page: transitions: 25 -> 20 (-5)")


def test_what_was_accepted_is_what_is_compared_with_next(tmp_path: Path) -> None:
    path = tmp_path / "baseline.json"
    assert baseline.read(path) == {}

    baseline.write(ACCEPTED, path)

    assert baseline.read(path) == ACCEPTED


def test_growth_fails_says_how_to_accept_it_and_is_not_accepted_by_itself(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "baseline.json"
    baseline.write(ACCEPTED, path)

    assert check.verdict(ACCEPTED | {"page: looks": 5}, path, accept=False) == 1

    said = capsys.readouterr().out
    assert "page: looks: 4 -> 5 (+1)" in said
    assert "make bench-check ACCEPT=1" in said
    assert baseline.read(path) == ACCEPTED


def test_growth_that_is_accepted_is_no_growth_the_next_time(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "baseline.json"
    baseline.write(ACCEPTED, path)
    grown = ACCEPTED | {"page: looks": 5}

    assert check.verdict(grown, path, accept=True) == 0
    assert "page: looks: 4 -> 5 (+1)" in capsys.readouterr().out
    assert check.verdict(grown, path, accept=False) == 0
    assert "none of them more" in capsys.readouterr().out
