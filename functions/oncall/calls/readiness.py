"""Readiness: whether Amazon Connect could place a call, for drills.

A daily drill event goes through bus, rule, state machine and roster like any other page
(oncall/events/trigger_metadata.py recognizes it). Instead of placing a call, it reads what a call
needs. The dial path imports this module, so it imports nothing heavy.
"""

from collections.abc import Mapping


def readiness_problems(instance: Mapping[str, object], flow: Mapping[str, object]) -> str:
    """Return why no call could be placed; "" if a call could be.

    `instance` is from DescribeInstance, `flow` from DescribeContactFlow; the API reference names
    their states. It is unverified whether each field is always present, so a missing one is fine.
    """
    problems = [
        _other_than("the Connect instance is", instance.get("InstanceStatus"), "ACTIVE"),
        ""
        if instance.get("OutboundCallsEnabled", True)
        else "outbound calls are switched off in the Connect instance",
        _other_than("the contact flow is", flow.get("State"), "ACTIVE"),
        _other_than("the contact flow is", flow.get("Status"), "PUBLISHED"),
    ]
    return "; ".join(problem for problem in problems if problem)


def _other_than(what: str, value: object, wanted: str) -> str:
    return "" if value in (None, wanted) else f"{what} {value}, not {wanted}"
