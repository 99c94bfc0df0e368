"""`callout report` on the terminal and in JSON."""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING

import pytest

from oncall.incident_record import UNANSWERED, timestamp
from tests.cli.incident_table_stack import call

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.incident_table_stack import IncidentStack


def test_report_on_the_terminal(stack: IncidentStack) -> None:
    first = stack.open_incident("5f2c7a10-one", severity="critical")
    stack.close_incident(
        first, UNANSWERED, calls=[call(1, "Ana", "no_answer"), call(2, "Ana", "declined")]
    )
    stack.callout("ack", "5f2c", "--by", "Bo")
    stack.open_incident("6666-two", kind="root_sign_in")
    stack.open_incident("7777-three", test=True)
    name = timestamp(stack.now - 600)[:7]

    out = stack.callout("report", "--month", name, "--timezone", "UTC").out.splitlines()

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
    hour = timestamp(stack.now - 600)[11:13]
    assert f"{hour}  {'█' * 40} 2" in out
    assert out[-2] == "reported to SNS"
    assert "  5f2c7a10-one  It burns: 5f2c7a10-one, acknowledged by Bo at " in out[-1]
    assert out[-1].endswith(" UTC")


def test_unclear_outcomes_are_explained_if_they_occur(stack: IncidentStack, tmp_path: Path) -> None:
    name = timestamp(stack.now - 600)[:7]
    explained = {
        "unanswered": "unanswered: answered, but no key was pressed",
        "handled": "handled: ended, because the incident was acknowledged or resolved elsewhere",
    }
    for number, outcomes in enumerate((("busy",), ("unanswered",), ("unanswered", "handled"))):
        made = [call(n, "Ana", outcome) for n, outcome in enumerate(outcomes)]
        stack.close_incident(stack.open_incident(f"5f2c-{number}"), UNANSWERED, calls=made)
        used = [explained[outcome] for outcome in outcomes if outcome in explained]

        file = tmp_path / "month.html"
        out = stack.callout("report", "--month", name, "--html", str(file)).out

        for text in (out, unescape(file.read_text())):
            assert re.findall("calls: [^\n<]*", text) == (
                [f"calls: {'; '.join(used)}"] if used else []
            )
        stack.clear()


def test_json_report_of_one_team(stack: IncidentStack) -> None:
    stack.open_incident("5f2c")
    stack.open_incident("6666", team="payments")
    name = timestamp(stack.now - 600)[:7]
    report = stack.callout("report", "--month", name, "--team", "payments", "--json").json
    assert (report["month"], report["teams"], report["pages"]) == (name, ["payments"], 1)
    assert report["outcomes"] == {"open": 1}


def test_report_of_a_month_without_pages(stack: IncidentStack) -> None:
    out = stack.callout("report", "--month", "2020-02").out.splitlines()
    assert out[:2] == ["2020-02, default, times in UTC", "0 pages"]


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (("--month", "2026-13"), "--month '2026-13': use a year and a month, such as 2026-11"),
        (("--month", "11/2026"), "--month '11/2026': use a year and a month"),
        (("--timezone", "Mars"), "--timezone 'Mars': use an IANA name, such as Asia/Shanghai"),
        (("--timezone", "../UTC"), "--timezone '../UTC': use an IANA name"),
        (("--html", "/nowhere/page.html"), "/nowhere/page.html: No such file or directory"),
    ],
)
def test_invalid_report_option_is_one_line(
    stack: IncidentStack, arguments: tuple[str, ...], error: str
) -> None:
    result = stack.callout("report", *arguments)
    assert result.error_line.startswith(f"callout: {error}")
