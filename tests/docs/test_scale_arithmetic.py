"""The arithmetic of docs/scaling.md is that of the code."""

from __future__ import annotations

import re

import pytest

from local.environment import ROOT
from oncall.calls.call import POLL_INTERVAL

PAGE = (ROOT / "docs" / "scaling.md").read_text()
ROWS = re.findall(r"^\| ([\d,]+) \| ([\d,]+) \| ([\d.]+) \| (\d+) \|$", PAGE, re.MULTILINE)
#: Of Connect, per API and account: requests a second, and how many at once before that counts.
RATE, BURST = 2, 5


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row[0]} teams")
def test_each_row_is_as_the_code_has_it(row: tuple[str, ...]) -> None:
    teams, calls, looks, seconds = (float(one.replace(",", "")) for one in row)

    assert calls == teams
    assert looks == teams / POLL_INTERVAL
    # The first as many as fit into a burst at once, then so many a second.
    assert seconds == pytest.approx(max(0, teams - BURST) / RATE, abs=1)


def test_there_are_rows_for_ten_a_hundred_and_a_thousand_teams() -> None:
    assert [row[0] for row in ROWS] == ["1", "10", "100", "1,000"]
