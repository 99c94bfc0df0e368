"""`make bench-check` lists growth, and accepts it only on request."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from benchmarks.check_baseline import check_counts, compare

if TYPE_CHECKING:
    from pathlib import Path

ACCEPTED = {"page: transitions": 25, "asset: zipped bytes": 1_000_000, "page: polls": 4}


@pytest.mark.parametrize(
    ("counted", "grown"),
    [
        (dict(reversed(ACCEPTED.items())), []),
        (ACCEPTED | {"page: transitions": 26}, ["page: transitions: 25 -> 26 (+1)"]),
        (ACCEPTED | {"asset: zipped bytes": 1_010_000}, []),
        (
            ACCEPTED | {"asset: zipped bytes": 1_010_001},
            ["asset: zipped bytes: 1,000,000 -> 1,010,001 (+10,001)"],
        ),
        (ACCEPTED | {"page: sns Publish": 1}, ["page: sns Publish: 0 -> 1 (+1)"]),
    ],
)
def test_a_count_must_not_grow_and_a_size_by_one_percent(
    counted: dict[str, int], grown: list[str]
) -> None:
    assert compare(ACCEPTED, counted) == (grown, [])


def test_a_smaller_count_is_listed_separately() -> None:
    grown, shrunk = compare(ACCEPTED, {"page: transitions": 20, "asset: zipped bytes": 1_000_000})

    assert grown == []
    assert shrunk == ["page: polls: 4 -> 0 (-4)", "page: transitions: 25 -> 20 (-5)"]


def test_growth_fails_until_it_is_accepted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "baseline.json"
    assert check_counts(ACCEPTED, path, accept=True) == 0
    grown = ACCEPTED | {"page: polls": 5}

    assert check_counts(grown, path, accept=False) == 1
    output = capsys.readouterr().out
    assert "page: polls: 4 -> 5 (+1)" in output
    assert "make bench-check ACCEPT=1" in output
    assert json.loads(path.read_text()) == ACCEPTED

    assert check_counts(grown, path, accept=True) == 0
    assert "page: polls: 4 -> 5 (+1)" in capsys.readouterr().out
    assert check_counts(grown, path, accept=False) == 0
    assert "none has grown" in capsys.readouterr().out
