"""Check that CloudTrail reports console sign-ins."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

from callout.deployed_stack import Rule
from callout.doctor.check_result import CheckResult, fail, ok, warn
from workflow.event_patterns import SIGN_IN_REGIONS


@dataclass(frozen=True)
class Trail:
    """A CloudTrail trail, as seen from a region."""

    name: str
    home_region: str  # where it was created
    multi_region: bool
    global_events: bool
    logging: bool
    selectors: Mapping[str, Any]  # the answer of GetEventSelectors


def sign_in_regions(rules: Iterable[Rule]) -> list[str]:
    """Return the regions in which the sign-ins that the rules match arrive."""
    found = (SIGN_IN_REGIONS.get(rule.trigger, ()) for rule in rules if rule.enabled)
    return list(dict.fromkeys(chain.from_iterable(found)))


def check_trails(region: str, trails: Sequence[Trail]) -> CheckResult:
    """Check that EventBridge receives the sign-ins in a region.

    This requires a trail that logs management events (EventBridge user guide, "AWS service events
    delivered via AWS CloudTrail"). Sign-ins count as writes: their records have readOnly false
    (seen in published records; not verified).
    """
    check = f"sign-ins {region}"
    in_region = [trail for trail in trails if trail.multi_region or trail.home_region == region]
    enabled = [trail for trail in in_region if trail.logging]
    suitable = [trail for trail in enabled if logs_management_events(trail.selectors)]
    create = "a multi-region trail that logs management events (the first copy is free)"
    if not in_region:
        return fail(check, f"no trail logs {region}, so sign-ins do not page", f"create {create}")
    if not enabled:
        names, first = ", ".join(trail.name for trail in in_region), in_region[0]
        fix = f"aws cloudtrail start-logging --region {first.home_region} --name {first.name}"
        return fail(check, f"the trail {names} is disabled, so sign-ins do not page", fix)
    if not suitable:
        names = ", ".join(trail.name for trail in enabled)
        message = f"the trail {names} does not log write management events, so sign-ins do not page"
        return fail(check, message, f"enable them, or create {create}")
    if not any(trail.global_events for trail in suitable):
        message = f"the trail {suitable[0].name} excludes global services, maybe also sign-ins"
        return warn(check, message, f"include them, or create {create}")
    return ok(check, f"the trail {suitable[0].name} logs them")


def logs_management_events(selectors: Mapping[str, Any]) -> bool:
    """Return whether a trail logs write management events.

    The answer of GetEventSelectors has basic selectors or advanced ones, never both.
    """
    basic = selectors.get("EventSelectors") or []
    advanced = selectors.get("AdvancedEventSelectors") or []
    if not basic and not advanced:
        return True  # CloudTrail API reference: without any, all management events are logged
    return any(
        selector.get("IncludeManagementEvents", True)
        and selector.get("ReadWriteType", "All") in ("All", "WriteOnly")
        for selector in basic
    ) or any(_matches_writes(selector.get("FieldSelectors", [])) for selector in advanced)


def _matches_writes(fields: Iterable[Mapping[str, Any]]) -> bool:
    """Return whether an advanced selector matches write management events."""
    values = {field["Field"]: field.get("Equals", []) for field in fields}
    return "Management" in values.get("eventCategory", []) and "true" not in values.get(
        "readOnly", []
    )
