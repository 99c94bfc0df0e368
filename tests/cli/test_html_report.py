"""The report as a page: hostile text stays text, and no request leaves it."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from callout.incidents.html_report import render_report
from callout.incidents.monthly_report import CALL_OUTCOMES, build_report
from oncall.incident import SEVERITIES, Incident
from oncall.incident_record import UNANSWERED, Record, timestamp
from tests.cli.incident_table_stack import call
from tests.cli.test_report import NOVEMBER

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.incident_table_stack import TableAlone

HOSTILE = (
    "<script>alert(1)</script>",
    "</title></svg><img src=x onerror=alert(1)>",
    '" onload="alert(1)" x="',
    "' style='background:url(//evil.example)",
    "{{ 7 * 7 }}{% raw %}",
    "</style><link rel=stylesheet href=//evil.example>",
    "&lt;b&gt; &amp;amp;",
)


class Seen(HTMLParser):
    """What a browser would see."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, ...]] = []
        self.text = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """See HTMLParser."""
        self.elements.append((tag, *(name for name, _ in attrs)))

    def handle_data(self, data: str) -> None:
        """See HTMLParser."""
        self.text += f"{data} "


def written(title: str, name: str) -> str:
    """Give the page of a month with one page that nobody took, about that, by that person."""
    record = Record(
        incident=Incident(id="5f2c", kind="alarm", title=title, dedup_key="-", team="default"),
        execution="",
        opened="2026-11-03T10:00:00Z",
        claimed_until=0,
        open=False,
        outcome="acknowledged",
        closed_at="2026-11-03T12:00:00Z",
        closed_by=name,
        unacked_at="2026-11-03T10:30:00Z",
        unacked_outcome=UNANSWERED,
        calls=(call(1, name, title),),
    )
    return render_report(build_report([record], ["default"], NOVEMBER), NOVEMBER.zone)


def test_what_strangers_wrote_stays_text() -> None:
    for hostile in HOSTILE:
        seen = Seen(written(hostile, hostile))
        assert seen.elements == Seen(written("It burns", "Ana")).elements
        assert seen.text.count(hostile) >= 3  # its title, who took it, and who was called


@given(st.text(max_size=40), st.text(max_size=40))
def test_nothing_that_strangers_write_makes_an_element_or_attribute(title: str, name: str) -> None:
    assert Seen(written(title, name)).elements == Seen(written("It burns", "Ana")).elements


def test_no_request_leaves_it_and_no_script_may_run() -> None:
    text = written("It burns", "Ana")
    assert "default-src 'none'; style-src 'unsafe-inline'" in text
    assert not re.search(r"url\(|@import|(?:src|href|action)\s*=|https?:|//", text)


def test_it_is_light_and_dark() -> None:
    text = written("It burns", "Ana")
    light, dark = re.findall(r":root \{(.*?)\}", text, re.DOTALL)

    def colours(said: str) -> set[str]:
        return set(re.findall(r"(--[a-z]+):", said))

    assert colours(light) == colours(dark)
    assert set(re.findall(r"var\((--[a-z]+)\)", text)) == colours(light)


def test_every_part_of_a_bar_has_a_colour() -> None:
    text = written("It burns", "Ana")
    style = text[: text.index("</style>")]
    for name in (*SEVERITIES, *CALL_OUTCOMES):
        assert f".{name}" in style


def test_the_page_says_what_the_terminal_says(alone: TableAlone, tmp_path: Path) -> None:
    record = alone.opens("5f2c7a10", title="No orders", severity="critical")
    placed = timestamp(alone.now - 600 + 12)
    alone.ends(record, UNANSWERED, calls=[call(1, "Ana", "no_answer", placed_at=placed)])
    file = tmp_path / "month.html"
    name = timestamp(alone.now - 600)[:7]

    done = alone.callout("report", "--month", name, "--html", str(file))

    seen = " ".join(Seen(file.read_text()).text.split())
    assert f"Callout, {name}" in seen
    assert "time to first ring median 12 s, 90 % within 12 s (known for 1)" in seen
    assert "Ana 1 1 no_answer 1 no answer" in seen
    assert "No orders 5f2c7a10, default critical nobody acknowledged: reported to SNS" in seen
    assert done.out.startswith(f"{name}, default, times in UTC\n1 page\n")
    assert done.code == 0


def test_a_month_in_which_somebody_took_every_page_says_so() -> None:
    text = render_report(build_report([], ["default"], NOVEMBER), NOVEMBER.zone)
    assert "no page was unanswered or failed" in Seen(text).text
