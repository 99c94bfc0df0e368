"""Count what is the same on every machine; baseline.json has the accepted counts.

A count's name is `<subject>: <what>`. A name that ends in `bytes` is a size.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.cold_start import aws_variables, profile_imports
from benchmarks.deployment_size import (
    build_asset,
    count_resources,
    template_bytes,
    unzipped_bytes,
    zipped_bytes,
)
from benchmarks.scenarios import load_scenario, two_responders, unanswered
from benchmarks.usage_meter import measure_usage
from tests.property.run_storm import run_storm
from tests.property.storm import alert_burst

if TYPE_CHECKING:
    from benchmarks.usage_meter import Usage
    from local.scenarios.scenario import Scenario
    from local.simulation.system import VirtualSystem

Counts = dict[str, int]

UNANSWERED = "four-unanswered"
DECLINED = "passed-on-early"
#: Scenarios of tests/scenarios, and the two that are made here.
PAGES = (UNANSWERED, DECLINED, "first-answers", "voicemail", "storm-grouped-call", "drill")
STORM_EVENTS = 10


def page_scenario(page: str) -> Scenario:
    """Return the scenario of one of PAGES."""
    if page == UNANSWERED:
        return unanswered(4, 60)
    if page == DECLINED:
        return two_responders({"press": {"keys": "2", "answer_after": 3.5, "key_after": 2.2}})
    return load_scenario(page)


def count_all(system: VirtualSystem) -> Counts:
    """Count everything; takes half a minute."""
    counted: Counts = {}
    for page in PAGES:
        usage, _ = measure_usage(system, page_scenario(page))
        counted |= with_subject(page, page_counts(usage))
    counted |= with_subject(f"storm of {STORM_EVENTS}", storm_counts(system, STORM_EVENTS))
    with build_asset() as asset:
        sizes = {"unzipped bytes": unzipped_bytes(asset), "zipped bytes": zipped_bytes(asset)}
        counted |= with_subject("asset", sizes)
        # They are imported from the asset: Lambda does not have this environment's packages.
        shared = aws_variables(system) | {"PYTHONPATH": str(asset)}
        for function in system.deployed.functions.values():
            environment = shared | dict(function.environment)
            modules, _ = profile_imports(f"import {function.name}", environment)
            counted[f"{function.name}: modules of libraries and ours"] = len(modules)
    counted["template: compact bytes"] = template_bytes({})
    return counted | with_subject("template", count_resources({}))


def with_subject(subject: str, counted: Counts) -> Counts:
    """Prefix the names of counts with their subject."""
    return {f"{subject}: {what}": count for what, count in counted.items()}


def page_counts(usage: Usage) -> Counts:
    """Return the counts of a page that do not depend on the machine."""
    invocations, requests = usage.invocations, usage.requests
    return {
        "transitions": usage.transitions,
        **{f"invocations of {name}": invocations[name] for name in sorted(invocations)},
        **{name: requests[name] for name in sorted(requests)},
    }


def storm_counts(system: VirtualSystem, events: int) -> Counts:
    """Return the counts of a storm of events to one team."""
    storm = run_storm(system, alert_burst(events))
    return {
        "states entered": sum(len(page.states) for page in storm.pages),
        "calls": len(storm.result.calls),
        "polls": storm.polls,
    }
