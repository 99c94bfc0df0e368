"""Which rules an event starts, and what each hands on; EventBridge's part of a page."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from moto.events.models import EventPattern

from local.environment import REGION
from local.simulation.template_resources import ACCOUNT
from oncall.events.callout_page import SOURCE
from oncall.events.replay import replay_entry

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from local.scenarios.result import Execution
    from local.simulation.template_resources import RuleSettings

Event = dict[str, Any]
_WHOLE = "<aws.events.event.json>"


def on_the_bus(event: Mapping[str, Any], event_id: str, at: str) -> Event:
    """Give an event as EventBridge delivers it, after it was put on the bus here.

    One of AWS's is sent as a replay, as everywhere on this machine.

    Args:
        event: a scenario's.
        event_id: what EventBridge calls it.
        at: ISO 8601, for an event that does not say its time.
    """
    sent = replay_entry(event)
    return {
        "version": "0",
        "id": event_id,
        "detail-type": sent["DetailType"],
        "source": SOURCE if event["source"] == SOURCE else sent["Source"],
        "account": ACCOUNT,
        "time": sent.get("Time", at),
        "region": REGION,
        "resources": sent["Resources"],
        "detail": json.loads(sent["Detail"]),
    }


def of_the_end(execution: Execution, machine: str, event_id: str, at: str) -> Event:
    """Give the event by which Step Functions says that an execution is over.

    Args:
        execution: the same.
        machine: ARN of its state machine.
        event_id: what EventBridge calls the event.
        at: ISO 8601.
    """
    return {
        "version": "0",
        "id": event_id,
        "detail-type": "Step Functions Execution Status Change",
        "source": "aws.states",
        "account": ACCOUNT,
        "time": at,
        "region": REGION,
        "resources": [execution.arn],
        "detail": {
            "executionArn": execution.arn,
            "stateMachineArn": machine,
            "name": execution.arn.rsplit(":", 1)[-1],
            "status": execution.status,
        },
    }


def deliveries(rules: Iterable[RuleSettings], event: Event) -> Iterator[tuple[str, Any]]:
    """Give the target of each rule that matches, and what it is given."""
    for rule in rules:
        pattern = json.dumps(rule.pattern)
        if EventPattern(pattern, rule.pattern).matches_event(event):  # type: ignore[arg-type]
            yield rule.target, _transformed(rule, event)


def _transformed(rule: RuleSettings, event: Event) -> Any:  # noqa: ANN401 - whatever JSON holds
    """Give what the target is given: JSON for what is started, text for what is told."""
    if not rule.template:
        return event
    if _WHOLE in rule.template:
        return json.loads(rule.template.replace(_WHOLE, json.dumps(event)))
    text = rule.template
    for name, path in rule.paths.items():
        text = text.replace(f"<{name}>", str(_at(event, path)))
    return text


def _at(event: Event, path: str) -> object:
    """Follow a path such as `$.detail.name`."""
    found: Any = event
    for key in path.split(".")[1:]:
        found = found[key]
    return found
