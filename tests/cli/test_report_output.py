"""`callout report` says what a month came to, on the terminal and in JSON."""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING

import pytest

from oncall.incident_record import UNANSWERED, timestamp
from tests.cli.incident_table_stack import call

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.incident_table_stack import TableAlone


def test_a_month_is_told_on_the_terminal(alone: TableAlone) -> None:
    first = alone.opens("5f2c7a10-one", severity="critical")
    alone.ends(first, UNANSWERED, calls=[call(1, "Ana", "no_answer"), call(2, "Ana", "declined")])
    alone.callout("ack", "5f2c", "--by", "Bo")
    alone.opens("6666-two", kind="root_sign_in")
    alone.opens("7777-three", test=True)
    name = timestamp(alone.now - 600)[:7]

    out = alone.callout("report", "--month", name, "--timezone", "UTC").out.splitlines()

    assert out[:5] == [
        f"{name}, default, times in UTC",
        "2 pages; not counted: 1 test",
        "by outcome: 1 acknowledged, 1 open",
        "by severity: 1 critical, 1 high",
        "by kind: 1 root_sign_in, 1 alarm",
    ]
    assert out[5] == "time to first ring: unknown"
    assert out[6].startswith("time to acknowledgement: median 10 min ")
    assert out[7:9] == [
        "Ana: called 2 times, 1 declined, 1 no answer",
        "Bo: called 0 times, acknowledged 1 by command",
    ]
    hour = timestamp(alone.now - 600)[11:13]
    assert f"{hour}  {'█' * 40} 2" in out
    assert out[-2] == "reported to SNS"
    assert "  5f2c7a10-one  It burns: 5f2c7a10-one, acknowledged by Bo at " in out[-1]
    assert out[-1].endswith(" UTC")


def test_words_that_need_it_are_explained_where_they_are_used(
    alone: TableAlone, tmp_path: Path
) -> None:
    name = timestamp(alone.now - 600)[:7]
    explained = {
        "unanswered": "unanswered: answered, but no key was pressed",
        "handled": "handled: ended, because the incident was acknowledged or resolved elsewhere",
    }
    for number, outcomes in enumerate((("busy",), ("unanswered",), ("unanswered", "handled"))):
        made = [call(n, "Ana", one) for n, one in enumerate(outcomes)]
        alone.ends(alone.opens(f"5f2c-{number}"), UNANSWERED, calls=made)
        used = [explained[one] for one in outcomes if one in explained]

        file = tmp_path / "month.html"
        out = alone.callout("report", "--month", name, "--html", str(file)).out

        for told in (out, unescape(file.read_text())):
            assert re.findall("calls: [^\n<]*", told) == (
                [f"calls: {'; '.join(used)}"] if used else []
            )
        alone.forget()


def test_a_month_in_json_is_of_the_team_that_is_asked_for(alone: TableAlone) -> None:
    alone.opens("5f2c")
    alone.opens("6666", team="payments")
    name = timestamp(alone.now - 600)[:7]
    told = alone.callout("report", "--month", name, "--team", "payments", "--json").json
    assert isinstance(told, dict)
    assert (told["month"], told["teams"], told["pages"]) == (name, ["payments"], 1)
    assert told["outcomes"] == {"open": 1}


def test_a_month_without_pages_is_told(alone: TableAlone) -> None:
    out = alone.callout("report", "--month", "2020-02").out.splitlines()
    assert out[:2] == ["2020-02, default, times in UTC", "0 pages"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--month", "2026-13"), "--month '2026-13': use a year and a month, such as 2026-11"),
        (("--month", "11/2026"), "--month '11/2026': use a year and a month"),
        (("--timezone", "Mars"), "--timezone 'Mars': use an IANA name, such as Asia/Shanghai"),
        (("--timezone", "../UTC"), "--timezone '../UTC': use an IANA name"),
        (("--html", "/nowhere/page.html"), "/nowhere/page.html: No such file or directory"),
    ],
)
def test_what_cannot_be_reported_is_one_line(
    alone: TableAlone, arguments: tuple[str, ...], said: str
) -> None:
    done = alone.callout("report", *arguments)
    assert done.refusal.startswith(f"callout: {said}")
