"""A drill: a page that walks the whole way, up to the phone, and rings nobody.

Whether the pager works is known only by using it, and a page that is needed comes too
late to find out. So once a day an event of Callout's own goes through bus, rule, state
machine and roster like any other (oncall/events/trigger_metadata.py says which event does); in
place of the call, what the call needs is read. Imported by the dial path, so it imports nothing
heavy.
"""

from collections.abc import Mapping


def readiness_problems(instance: Mapping[str, object], flow: Mapping[str, object]) -> str:
    """Say why no call could be placed; "" where nothing is seen that would hinder one.

    Args:
        instance: what Connect's DescribeInstance answers as `Instance`.
        flow: what DescribeContactFlow answers as `ContactFlow`. The API reference names
            the states of both; a field that is missing hinders nothing, for it is
            unverified whether each is always there.
    """
    found = [
        _other_than("the Connect instance is", instance.get("InstanceStatus"), "ACTIVE"),
        ""
        if instance.get("OutboundCallsEnabled", True)
        else "outbound calls are switched off in the Connect instance",
        _other_than("the contact flow is", flow.get("State"), "ACTIVE"),
        _other_than("the contact flow is", flow.get("Status"), "PUBLISHED"),
    ]
    return "; ".join(one for one in found if one)


def _other_than(what: str, value: object, wanted: str) -> str:
    return "" if value in (None, wanted) else f"{what} {value}, not {wanted}"
