"""Calculate what a page costs, and what an idle deployment costs a month."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks import aws_prices
from benchmarks.deployment_size import count_resources, memory_gb
from benchmarks.report import Table
from benchmarks.scenarios import ALERTS, alert, load_scenario, unanswered
from benchmarks.usage_meter import measure_usage

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Mapping

    from benchmarks.report import Row
    from benchmarks.systems import Systems
    from benchmarks.usage_meter import Usage

#: Pages of tests/scenarios, by their name in the table.
PAGES = {
    "first responder acknowledges": "first-answers",
    "first call reaches voicemail": "voicemail",
    "nobody answers 8 calls": "nobody",
    "3 incidents, acknowledged": "storm-grouped-call",
    "4 incidents, nobody acknowledges": "storm-unanswered",
    "drill": "drill",
}
PAGES_PRICED = 1_000
UNANSWERED = "4 unanswered calls of 60 s"
#: Functions that the HTTP API invokes, once for each request.
HTTP_FUNCTIONS = ("receive_webhook", "answer_link")
READS = ("GetItem", "Query")
WRITES = ("PutItem", "UpdateItem")
#: A write changes the item and the index of open incidents. Items are at most 1 KB when written
#: and 4 KB when read.
UNITS_PER_WRITE = 2


def page_costs(systems: Systems) -> list[Table]:
    """Count what pages use, and multiply by list prices."""
    pages = {UNANSWERED: unanswered(4, 60)}
    pages |= {name: load_scenario(scenario) for name, scenario in PAGES.items()}
    pages |= {f"alert {arrives}, acknowledged": alert(arrives) for arrives in ALERTS}
    used = {name: measure_usage(systems.virtual, page)[0] for name, page in pages.items()}
    return [
        Table(
            f"Cost of {PAGES_PRICED:,} pages",
            [_row(name, usage) for name, usage in used.items()],
            f"US dollars at list prices of us-east-1 ({aws_prices.READ_ON}), no free tiers. Lambda"
            " is billed for sleep in virtual time and CPU time on this machine; network time and"
            " cold starts are not included, nor are the HTTP API's access log and what a sender"
            " publishes to its topic. The account that forwards an event pays for it. Voice is"
            " Connect's usage charge per minute, without the carrier's."
            f" {_idle_month(used['drill'])}",
        )
    ]


def _row(name: str, usage: Usage) -> Row:
    dollars = {service: each * PAGES_PRICED for service, each in aws_dollars(usage).items()}
    voice = usage.connected_seconds / 60 * aws_prices.CONNECTED_MINUTE
    return {
        "page": name,
        "transitions each": usage.transitions,
        "GB s each": gb_seconds(usage),
        **dollars,
        "total": sum(dollars.values()),
        "voice": voice * PAGES_PRICED,
    }


def aws_dollars(usage: Usage) -> dict[str, float]:
    """Return the price of everything but the calls themselves, by service."""
    requests = usage.requests
    reads = sum(requests[f"dynamodb {operation}"] for operation in READS)
    writes = sum(requests[f"dynamodb {operation}"] for operation in WRITES)
    return {
        "Step Functions": usage.transitions * aws_prices.TRANSITION,
        "Lambda": gb_seconds(usage) * aws_prices.GB_SECOND
        + usage.invocations.total() * aws_prices.INVOCATION,
        "DynamoDB": reads * aws_prices.READ_UNIT + writes * UNITS_PER_WRITE * aws_prices.WRITE_UNIT,
        "HTTP API": sum(usage.invocations[name] for name in HTTP_FUNCTIONS)
        * aws_prices.HTTP_REQUEST,
        "EventBridge": usage.events * aws_prices.EVENT,
        "SNS": requests["sns Publish"] * aws_prices.PUBLISH,
        "logs": usage.log_bytes * aws_prices.LOG_BYTE,
    }


def gb_seconds(usage: Usage) -> float:
    """Return the duration that Lambda bills: memory times seconds, asleep or working."""
    return sum(
        memory_gb()[name] * (usage.scenario_seconds[name] + usage.cpu_seconds[name])
        for name in usage.invocations
    )


def _idle_month(drill: Usage) -> str:
    """Return what a deployment costs if it runs nothing but the daily drills."""
    texts = []
    for teams in (1, 10):
        parts = idle_dollars(teams, sum(aws_dollars(drill).values()))
        listed = ", ".join(f"{part} {price:.2f}" for part, price in parts.items())
        texts.append(
            f"An idle deployment with {teams} team{'s' * (teams > 1)} costs"
            f" {sum(parts.values()):.2f} a month by default, {without_free(parts):.2f} with"
            f" CloudWatch's free tier: {listed}."
        )
    return " ".join(texts)


def idle_dollars(teams: int, drill: float) -> dict[str, float]:
    """Return the monthly price of an idle deployment by resource type, without free tiers."""
    counted = idle_resources(teams)
    return {
        f"{kind.rpartition('::')[2]} ({counted[kind]})": counted[kind] * price
        for kind, price in aws_prices.MONTH.items()
        if counted[kind]
    } | {
        "US number": aws_prices.NUMBER_MONTH,
        "drill metric": aws_prices.DRILL_METRIC_MONTH,
        "daily drills": teams * drill * aws_prices.DAYS,
    }


def idle_resources(teams: int) -> Counter[str]:
    """Count the resources of a deployment by type."""
    return count_resources({"teams": ["default", *(f"team{n}" for n in range(1, teams))]})


def without_free(parts: Mapping[str, float]) -> float:
    """Return the sum of the parts that CloudWatch's free tier, of ten alarms, leaves."""
    free = aws_prices.FREE_ALARMS * aws_prices.MONTH["AWS::CloudWatch::Alarm"]
    alarms = sum(price for part, price in parts.items() if part.startswith("Alarm"))
    return sum(parts.values()) - min(alarms, free) - aws_prices.DRILL_METRIC_MONTH
