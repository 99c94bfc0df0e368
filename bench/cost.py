"""What a page costs, and what a deployment costs that nothing happens to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bench import prices
from bench.deployed import memory_gb, resources
from bench.metering import metered
from bench.sheet import Sheet
from bench.stories import told, unanswered

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bench.metering import Metered
    from bench.sheet import Row
    from bench.systems import Systems

#: Of tests/scenarios; a storm is several pages, which it is the cost of together.
STORIES = (
    "first-answers",
    "voicemail",
    "nobody",
    "storm-one-after-another",
    "storm-nobody-there",
    "drill",
)
FOUR = "four unanswered 60 s calls"
READS = ("GetItem", "Query")
WRITES = ("PutItem", "UpdateItem")
#: A write changes the item, and what the index of open incidents has of it. Items are taken for
#: small, so this is the most that a write of up to 1 KB takes, and reads are of up to 4 KB.
UNITS_A_WRITE = 2


def cost(systems: Systems) -> list[Sheet]:
    """Count what pages take, and multiply."""
    found = {FOUR: metered(systems.virtual, unanswered(4, 60))[0]} | {
        name: metered(systems.virtual, told(name))[0] for name in STORIES
    }
    return [
        Sheet(
            "What a page asks for",
            [_counts(name, one) for name, one in found.items()],
            "Counted in virtual time. A storm's row is of all its pages together.",
        ),
        Sheet(
            "What a page costs",
            [_dollars(name, one) for name, one in found.items()],
            f"List prices of us-east-1, read on {prices.READ}, no free tier. Lambda: what functions"
            " sleep in the story and this machine's processor time, but not the way to AWS and"
            " back, nor cold starts. Apart from it, Connect's voice usage: the minutes in which"
            " somebody listens, without what the carrier takes.",
        ),
        Sheet(
            "What a month costs in which nothing happens",
            _at_rest(found["drill"]),
            f"Default settings, one team, prices read on {prices.READ}; the first ten alarms and"
            " three dashboards of an account are free. Without custom metrics, which are billed"
            " by the hour in which they are written, and storage.",
        ),
    ]


def _counts(name: str, found: Metered) -> Row:
    asked = found.requests
    return {
        "page": name,
        "transitions": found.transitions,
        "invocations": found.invocations.total(),
        "DynamoDB reads": sum(asked[f"dynamodb {one}"] for one in READS),
        "writes": sum(asked[f"dynamodb {one}"] for one in WRITES),
        "SSM": _of(asked, "ssm"),
        "SNS": _of(asked, "sns"),
        "StartOutbound": asked["connect StartOutboundVoiceContact"],
        "Describe": found.looks,
        "GetAttributes": asked["connect GetContactAttributes"],
        "Stop": asked["connect StopContact"],
        "connected s": found.connected_seconds,
        "asleep s": sum(found.story_seconds.values()),
        "processor s": sum(found.cpu_seconds.values()),
        "GB s": gb_seconds(found),
    }


def _of(requests: Mapping[str, int], service: str) -> int:
    return sum(count for name, count in requests.items() if name.startswith(f"{service} "))


def _dollars(name: str, found: Metered) -> Row:
    parts = aws_dollars(found)
    return {
        "page": name,
        **parts,
        "in all": sum(parts.values()),
        "voice usage": found.connected_seconds / 60 * prices.CONNECTED_MINUTE,
    }


def aws_dollars(found: Metered) -> dict[str, float]:
    """Price what was counted, but for the calls themselves, by service."""
    asked = found.requests
    reads = sum(asked[f"dynamodb {one}"] for one in READS)
    writes = sum(asked[f"dynamodb {one}"] for one in WRITES)
    return {
        "Step Functions": found.transitions * prices.TRANSITION,
        "Lambda": gb_seconds(found) * prices.GB_SECOND
        + found.invocations.total() * prices.INVOCATION,
        "DynamoDB": reads * prices.READ_UNIT + writes * UNITS_A_WRITE * prices.WRITE_UNIT,
        "SNS": asked["sns Publish"] * prices.PUBLISH,
        "logs": found.log_bytes * prices.LOG_BYTE,
    }


def gb_seconds(found: Metered) -> float:
    """Add up what Lambda bills for duration: memory times seconds, asleep or at work."""
    return sum(
        memory_gb()[name] * (found.story_seconds[name] + found.cpu_seconds[name])
        for name in found.invocations
    )


def _at_rest(drill: Metered) -> list[Row]:
    counted = resources({})
    rows: list[Row] = [
        {"what": kind, "how many": counted[kind], "a month": counted[kind] * price}
        for kind, price in prices.MONTH.items()
        if counted[kind]
    ]
    drills = sum(aws_dollars(drill).values()) * prices.DAYS
    rows += [
        {"what": "a drill a day", "how many": prices.DAYS, "a month": drills},
        {"what": "a US number", "how many": 1, "a month": prices.NUMBER_MONTH},
    ]
    total = sum(float(row["a month"] or 0) for row in rows)
    return [*rows, {"what": "in all", "how many": None, "a month": total}]
