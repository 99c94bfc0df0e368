"""`make bench-check` lists growth, and accepts it only on request."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from benchmarks import baseline, check_baseline
from benchmarks.baseline import compare

if TYPE_CHECKING:
    from pathlib import Path

ACCEPTED = {"page: transitions": 25, "asset: zipped bytes": 1_000_000, "page: polls": 4}


def test_equal_counts_show_no_difference() -> None:
    comparison = compare(ACCEPTED, dict(reversed(ACCEPTED.items())))

    assert comparison == baseline.Comparison((), ())


def test_a_count_must_not_grow() -> None:
    comparison = compare(ACCEPTED, ACCEPTED | {"page: transitions": 26})

    assert comparison.grown == ("page: transitions: 25 -> 26 (+1)",)


@pytest.mark.parametrize(("size", "grows"), [(1_010_000, False), (1_010_001, True)])
def test_a_size_may_grow_by_one_percent(size: int, grows: bool) -> None:  # noqa: FBT001 - a case
    comparison = compare(ACCEPTED, ACCEPTED | {"asset: zipped bytes": size})

    assert bool(comparison.grown) == grows


def test_a_new_count_has_grown() -> None:
    comparison = compare(ACCEPTED, ACCEPTED | {"page: sns Publish": 1})

    assert comparison.grown == ("page: sns Publish: 0 -> 1 (+1)",)


def test_a_smaller_count_is_listed_separately() -> None:
    comparison = compare(ACCEPTED, {"page: transitions": 20, "asset: zipped bytes": 1_000_000})

    assert comparison.grown == ()
    assert comparison.shrunk == ("page: polls: 4 -> 0 (-4)", "page: transitions: 25 -> 20 (-5)")


def test_written_counts_are_read_back(tmp_path: Path) -> None:
    path = tmp_path / "baseline.json"
    assert baseline.read(path) == {}

    baseline.write(ACCEPTED, path)

    assert baseline.read(path) == ACCEPTED


def test_growth_fails_explains_how_to_accept_it_and_keeps_the_baseline(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "baseline.json"
    baseline.write(ACCEPTED, path)

    assert check_baseline.check_counts(ACCEPTED | {"page: polls": 5}, path, accept=False) == 1

    output = capsys.readouterr().out
    assert "page: polls: 4 -> 5 (+1)" in output
    assert "make bench-check ACCEPT=1" in output
    assert baseline.read(path) == ACCEPTED


def test_accepted_growth_passes_the_next_check(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "baseline.json"
    baseline.write(ACCEPTED, path)
    grown = ACCEPTED | {"page: polls": 5}

    assert check_baseline.check_counts(grown, path, accept=True) == 0
    assert "page: polls: 4 -> 5 (+1)" in capsys.readouterr().out
    assert check_baseline.check_counts(grown, path, accept=False) == 0
    assert "none has grown" in capsys.readouterr().out
