"""The monthly report as one HTML file that makes no requests, in light and dark colors.

Titles and names come from untrusted events. The template escapes all values, and the file's
Content-Security-Policy allows neither scripts nor external resources.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from callout.incidents.monthly_report import HOURS, Report
from callout.incidents.output import display_title, explain_outcomes, format_stats
from callout.incidents.timeline import UNACKNOWLEDGED_TEXT
from callout.time_format import format_time, pluralize
from oncall.incident import SEVERITIES

_TEMPLATE = "monthly_report.html.jinja"
_ENVIRONMENT = Environment(
    loader=FileSystemLoader(Path(__file__).parent),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def render_report(report: Report, zone: ZoneInfo) -> str:
    """Return a report as HTML; `zone` is the zone that it was counted in."""
    by_hour = [
        (f"{hour:02}", {severity: report.hours[severity][hour] for severity in SEVERITIES})
        for hour in range(HOURS)
    ]
    return _ENVIRONMENT.get_template(_TEMPLATE).render(
        report=report,
        zone=zone,
        severities=SEVERITIES,
        hours=stack_bars(by_hour),
        people=stack_bars([(person.name, person.outcomes) for person in report.people]),
        explanation=explain_outcomes(report),
        unacknowledged_text=UNACKNOWLEDGED_TEXT,
        pluralize=pluralize,
        format_time=lambda at: format_time(at, zone),
        format_stats=format_stats,
        display_title=display_title,
    )


@dataclass(frozen=True)
class BarPart:
    """A part of a bar."""

    name: str  # the category that it counts
    count: int
    start: float  # start, length: as fractions of the longest bar, from 0 to 1
    length: float


@dataclass(frozen=True)
class Bar:
    """A bar."""

    label: str
    parts: tuple[BarPart, ...]  # its parts with a count, in stacking order
    total: int


def stack_bars(counts_by_label: Sequence[tuple[str, Mapping[str, int]]]) -> list[Bar]:
    """Stack the counts under each label; the longest bar has the length 1."""
    longest = max((sum(counts.values()) for _, counts in counts_by_label), default=0)
    bars = []
    for label, counts in counts_by_label:
        parts, total = [], 0
        for name, count in counts.items():
            if count:
                parts.append(BarPart(name, count, total / longest, count / longest))
                total += count
        bars.append(Bar(label, tuple(parts), total))
    return bars
