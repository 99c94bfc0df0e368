"""The rules of EventBridge: which match an event, and the input of their targets."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from moto.events.models import EventPattern

from local.environment import ACCOUNT, REGION

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from local.scenarios.result import Execution
    from local.simulation.template_resources import RuleSettings

Event = dict[str, Any]
_WHOLE = "<aws.events.event.json>"


def status_change_event(execution: Execution, machine: str, event_id: str, at: str) -> Event:
    """Return the event that Step Functions sends when an execution has ended."""
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


def matching_rules(
    rules: Iterable[RuleSettings], event: Event
) -> Iterator[tuple[RuleSettings, Any]]:
    """Yield each rule that matches, and the input of its target."""
    for rule in rules:
        if matches(rule.pattern, event):
            yield rule, _target_input(rule, event)


def matches(pattern: Mapping[str, Any], event: Event) -> bool:
    """Whether a pattern matches an event."""
    return bool(EventPattern(json.dumps(pattern), pattern).matches_event(event))  # type: ignore[arg-type]


def _target_input(rule: RuleSettings, event: Event) -> Any:  # noqa: ANN401 - whatever JSON holds
    """Return the input of the target: JSON for what is invoked, text for a topic."""
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
