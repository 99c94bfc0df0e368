"""Judges whether console sign-ins reach the rules: the trail, and the way home."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from callout.doctor.finding import Finding, bad, look, ok

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from callout.deployed_stack import Rule, Stack

#: Where AWS delivers console sign-ins (as in workflow/sign_in_forwarding.py, which needs the CDK).
ROOT = ("us-east-1",)
USERS = ("us-east-1", "us-east-2", "eu-north-1", "ap-southeast-2")


@dataclass(frozen=True)
class Trail:
    """A trail of CloudTrail, as seen from a region.

    Attributes:
        name: its name.
        home_region: where it was made.
        multi_region: whether it logs all regions.
        global_events: whether it logs services that belong to no region.
        logging: whether it is switched on.
        selectors: what GetEventSelectors answers.
    """

    name: str
    home_region: str
    multi_region: bool
    global_events: bool
    logging: bool
    selectors: Mapping[str, Any]


def arrivals(rules: Iterable[Rule]) -> list[str]:
    """Name the regions where the sign-ins that the rules wait for arrive."""
    found: dict[str, None] = {}
    for rule in rules:
        if rule.enabled and "aws.signin" in rule.pattern.get("source", []):
            identity = json.dumps(rule.pattern.get("detail", {}).get("userIdentity", {}))
            found |= dict.fromkeys(ROOT if '"Root"' in identity else USERS)
    return list(found)


def judge_trails(region: str, trails: Sequence[Trail]) -> Finding:
    """Judge whether EventBridge hears of the sign-ins in a region.

    It needs a trail that logs management events (EventBridge user guide, "AWS service events
    delivered via AWS CloudTrail"). A sign-in counts as a write: its records say readOnly
    false (seen in published records; unverified).
    """
    check = f"sign-ins {region}"
    here = [one for one in trails if one.multi_region or one.home_region == region]
    on = [one for one in here if one.logging]
    logging = [one for one in on if logs_management_events(one.selectors)]
    create = "a multi-region trail that logs management events: the first copy costs nothing"
    if not here:
        return bad(check, f"no trail logs {region}, so no sign-in pages", f"create {create}")
    if not on:
        names = ", ".join(one.name for one in here)
        fix = f"aws cloudtrail start-logging --region {here[0].home_region} --name {here[0].name}"
        return bad(check, f"the trail {names} is switched off, so no sign-in pages", fix)
    if not logging:
        names = ", ".join(one.name for one in on)
        message = f"the trail {names} logs no management events that write, so no sign-in pages"
        return bad(check, message, f"let it, or create {create}")
    if not any(one.global_events for one in logging):
        message = f"the trail {logging[0].name} leaves out global services; sign-ins may be among"
        return look(check, message, f"let it include them, or create {create}")
    return ok(check, f"the trail {logging[0].name} logs them")


def judge_forwarding(region: str, home_region: str, stack: Stack | None) -> Finding:
    """Judge whether the sign-ins of another region are forwarded to the home region."""
    check, name = f"sign-ins {region}", f"CalloutSignIn-{region}"
    if stack is None:
        message = f"sign-ins that arrive in {region} are not forwarded to {home_region}"
        return bad(check, message, f"cdk bootstrap and cdk deploy {name}")
    if not stack.works:
        return bad(check, f"{name} is {stack.status}", f"cdk deploy {name}")
    return ok(check, f"forwarded to {home_region}")


def logs_management_events(selectors: Mapping[str, Any]) -> bool:
    """Say whether a trail logs the management events that write.

    Args:
        selectors: what GetEventSelectors answers: basic or advanced ones, never both.
    """
    basic = selectors.get("EventSelectors") or []
    advanced = selectors.get("AdvancedEventSelectors") or []
    if not basic and not advanced:
        return True  # CloudTrail API reference: without any, all management events are logged
    return any(
        one.get("IncludeManagementEvents", True)
        and one.get("ReadWriteType", "All") in ("All", "WriteOnly")
        for one in basic
    ) or any(_advanced(one.get("FieldSelectors", [])) for one in advanced)


def _advanced(fields: Iterable[Mapping[str, Any]]) -> bool:
    wanted = {one["Field"]: one.get("Equals", []) for one in fields}
    return "Management" in wanted.get("eventCategory", []) and "true" not in wanted.get(
        "readOnly", []
    )
