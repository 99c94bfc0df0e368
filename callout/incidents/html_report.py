"""The report as a page: one file, from which no request leaves, light and dark.

Titles and names are what strangers wrote into events. The template escapes everything that is
put into it, and the page's own policy lets no script run and nothing be loaded, come what may.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from callout.incidents.bar_chart import stacked
from callout.incidents.monthly_report import HOURS
from callout.incidents.output import explained, spread, titled
from callout.incidents.timeline import GIVEN_UP
from callout.time_format import many, shown
from oncall.incident import SEVERITIES

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from callout.incidents.monthly_report import Report

_TEMPLATE = "monthly_report.html.jinja"
_ENVIRONMENT = Environment(
    loader=FileSystemLoader(Path(__file__).parent),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def page(report: Report, zone: ZoneInfo) -> str:
    """Write the page of a report; `zone` is the one that it was counted in."""
    by_hour = [
        (f"{hour:02}", {severity: report.hours[severity][hour] for severity in SEVERITIES})
        for hour in range(HOURS)
    ]
    return _ENVIRONMENT.get_template(_TEMPLATE).render(
        report=report,
        zone=zone,
        severities=SEVERITIES,
        hours=stacked(by_hour),
        people=stacked([(one.name, one.outcomes) for one in report.people]),
        explained=explained(report),
        given_up=GIVEN_UP,
        many=many,
        shown=lambda at: shown(at, zone),
        spread=spread,
        titled=titled,
    )
