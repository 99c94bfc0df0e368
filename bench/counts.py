"""The counts that are the same on every machine, by name; baseline.json holds them.

A name is `<of what>: <what>`; what ends in `bytes` is a size.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bench.asset import built, size, zipped
from bench.cold_cases import environment
from bench.deployed import resources, template_bytes
from bench.metering import metered
from bench.process import look
from bench.stories import told, two_people, unanswered
from tests.chaos.burst import burst_of
from tests.chaos.storm_run import run_storm

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bench.metering import Metered
    from local.scenarios.scenario import Scenario
    from local.simulation.system import VirtualSystem

Counts = dict[str, int]

FOUR = "four-unanswered"
PASSED_ON = "passed-on-early"
#: Of tests/scenarios, but for the two that are made here.
PAGES = (FOUR, PASSED_ON, "first-answers", "voicemail", "storm-one-after-another", "drill")
#: Events of the storm.
STORM = 10


def story(name: str) -> Scenario:
    """Give one of PAGES."""
    if name == FOUR:
        return unanswered(4, 60)
    if name == PASSED_ON:
        return two_people({"press": {"keys": "2", "answer_after": 3.5, "key_after": 2.2}})
    return told(name)


def counts(system: VirtualSystem) -> Counts:
    """Count everything: half a minute."""
    found: Counts = {}
    for page in PAGES:
        found |= named(page, of_page(metered(system, story(page))[0]))
    found |= named(f"storm of {STORM}", of_storm(system, STORM))
    for name, count in imports(system):
        found[f"{name}: modules of libraries and ours"] = count
    with built() as asset:
        found |= named("asset", {"unzipped bytes": size(asset), "zipped bytes": zipped(asset)})
    found["template: compact bytes"] = template_bytes({})
    return found | named("template", resources({}))


def named(of: str, found: Counts) -> Counts:
    """Name counts by what they are of."""
    return {f"{of}: {what}": count for what, count in found.items()}


def of_page(found: Metered) -> Counts:
    """Give the counts of a page that do not depend on the machine."""
    return {
        "transitions": found.transitions,
        **{f"invocations of {name}": found.invocations[name] for name in sorted(found.invocations)},
        **{name: found.requests[name] for name in sorted(found.requests)},
    }


def of_storm(system: VirtualSystem, events: int) -> Counts:
    """Give the counts of so many events at once to one team."""
    told_of = run_storm(system, burst_of(events))
    return {
        "states entered": sum(len(one.entered) for one in told_of.pages),
        "calls": len(told_of.result.calls),
        "looks": told_of.looks,
    }


def imports(system: VirtualSystem) -> Iterator[tuple[str, int]]:
    """Give the modules that each function imports, but for Python's own, which versions differ in.

    They are imported from the asset, for what is beside it in this environment is not in Lambda.
    """
    with built() as asset:
        around = environment(system) | {"PYTHONPATH": str(asset)}
        for one in system.deployed.functions.values():
            loaded = look(f"import {one.name}", around | dict(one.environment))
            yield one.name, len(loaded.of_libraries)
