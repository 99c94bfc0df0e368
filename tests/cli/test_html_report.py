"""The HTML report: hostile text stays text, and it makes no requests."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from callout.incidents.html_report import render_report
from callout.incidents.monthly_report import build_report
from oncall.calls.call import FINAL_OUTCOMES
from oncall.incident import SEVERITIES, Incident
from oncall.incident_record import UNANSWERED, Record, timestamp
from tests.cli.incident_table_stack import call
from tests.cli.test_report import NOVEMBER

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.incident_table_stack import IncidentStack

HOSTILE = (
    "<script>alert(1)</script>",
    "</title></svg><img src=x onerror=alert(1)>",
    '" onload="alert(1)" x="',
    "' style='background:url(//evil.example)",
    "{{ 7 * 7 }}{% raw %}",
    "</style><link rel=stylesheet href=//evil.example>",
    "&lt;b&gt; &amp;amp;",
)


class ParsedHtml(HTMLParser):
    """What a browser would show."""

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


def render(title: str, name: str) -> str:
    """Return the report of a month with one unanswered page, acknowledged late."""
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


def test_hostile_text_stays_text() -> None:
    for hostile in HOSTILE:
        shown = ParsedHtml(render(hostile, hostile))
        assert shown.elements == ParsedHtml(render("It burns", "Ana")).elements
        assert shown.text.count(hostile) >= 3  # the title, who acknowledged, and who was called


@given(st.text(max_size=40), st.text(max_size=40))
def test_no_text_adds_an_element_or_attribute(title: str, name: str) -> None:
    assert (
        ParsedHtml(render(title, name)).elements == ParsedHtml(render("It burns", "Ana")).elements
    )


def test_report_makes_no_requests_and_forbids_scripts() -> None:
    text = render("It burns", "Ana")
    assert "default-src 'none'; style-src 'unsafe-inline'" in text
    assert not re.search(r"url\(|@import|(?:src|href|action)\s*=|https?:|//", text)


def test_light_and_dark_themes_define_the_same_colors() -> None:
    text = render("It burns", "Ana")
    light, dark = re.findall(r":root \{(.*?)\}", text, re.DOTALL)

    def colors(css: str) -> set[str]:
        return set(re.findall(r"(--[a-z]+):", css))

    assert colors(light) == colors(dark)
    assert set(re.findall(r"var\((--[a-z]+)\)", text)) == colors(light)


def test_every_part_of_a_bar_has_a_color() -> None:
    text = render("It burns", "Ana")
    style = text[: text.index("</style>")]
    for name in (*SEVERITIES, *FINAL_OUTCOMES):
        assert f".{name}" in style


def test_html_report_matches_the_terminal(stack: IncidentStack, tmp_path: Path) -> None:
    record = stack.open_incident("5f2c7a10", title="No orders", severity="critical")
    placed = timestamp(stack.now - 600 + 12)
    stack.close_incident(record, UNANSWERED, calls=[call(1, "Ana", "no_answer", placed_at=placed)])
    file = tmp_path / "month.html"
    name = timestamp(stack.now - 600)[:7]

    result = stack.callout("report", "--month", name, "--html", str(file))

    shown = " ".join(ParsedHtml(file.read_text()).text.split())
    assert f"Callout, {name}" in shown
    assert "time to first ring median 12 s, 90 % within 12 s (known for 1)" in shown
    assert "Ana 1 1 no_answer 1 no answer" in shown
    assert "No orders 5f2c7a10, default critical nobody acknowledged: reported to SNS" in shown
    assert result.out.startswith(f"{name}, default, times in UTC\n1 page\n")
    assert result.code == 0


def test_month_without_unanswered_pages_is_reported_as_such() -> None:
    text = render_report(build_report([], ["default"], NOVEMBER), NOVEMBER.zone)
    assert "no page was unanswered or failed" in ParsedHtml(text).text
