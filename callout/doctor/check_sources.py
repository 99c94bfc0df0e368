"""Check that other regions and accounts forward their events to the home region."""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from callout.deployed_stack import Rule, Stack
from callout.doctor.check_result import CheckResult, fail, ok
from workflow.event_patterns import SIGN_IN_REGIONS


def forwarding_stack(region: str) -> str:
    """Return the name of the stack that forwards the events of a region."""
    return f"CalloutSignIn-{region}"


def forwarded_triggers(
    rules: Iterable[Rule], sources: Mapping[str, Any], home_region: str
) -> dict[str, set[str]]:
    """Return what each region has to forward: all triggers in `sources.regions`, else sign-ins."""
    found: dict[str, set[str]] = {}
    for rule in rules:
        regions = {*SIGN_IN_REGIONS.get(rule.trigger, ()), *sources.get("regions", [])}
        for region in regions - {home_region} if rule.enabled else ():
            found.setdefault(region, set()).add(rule.trigger)
    return dict(sorted(found.items()))


def check_region(
    region: str, stack: Stack | None, rules: Iterable[Rule], needed: set[str]
) -> CheckResult:
    """Check the stack that forwards a region's events; `rules` are its rules to the home bus."""
    check, name = f"region {region}", forwarding_stack(region)
    if stack is None:
        message = f"events of {', '.join(sorted(needed))} in {region} are not forwarded"
        return fail(check, message, f"cdk bootstrap and cdk deploy {name}")
    if not stack.is_stable:
        return fail(check, f"{name} is {stack.status}", f"cdk deploy {name}")
    if missing := needed - {rule.trigger for rule in rules if rule.enabled}:
        message = f"no rule forwards {', '.join(sorted(missing))} to the home bus"
        return fail(check, message, f"cdk deploy {name}")
    return ok(check, f"forwards {', '.join(sorted(needed))}")


def check_accounts(sources: Mapping[str, Any], policy: str) -> Iterator[CheckResult]:
    """Check that the home bus accepts events of each account or of the organization.

    `policy` is the bus's, as JSON; "" if it has none.
    """
    statements = json.loads(policy or "{}").get("Statement", [])
    allowed = json.dumps([each for each in statements if each["Effect"] == "Allow"])
    for name in filter(None, [*sources.get("accounts", []), sources.get("organization")]):
        check = f"source {name}"
        if name in allowed:
            yield ok(check, "may send events; only its stack CalloutMember shows whether it does")
        else:
            message = "the home bus does not accept its events"
            yield fail(check, message, "cdk deploy CalloutSources")
