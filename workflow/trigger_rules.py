"""The EventBridge rules that start a page, one for each enabled trigger."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from aws_cdk import Duration
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from constructs import Construct

from workflow.dead_letter_queue import MAX_PAGE_AGE, MAX_RETRIES, DeadLetterQueue
from workflow.event_patterns import patterns, route_condition
from workflow.settings.triggers import EVENT_DLQ_ID, rule_name

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from aws_cdk import aws_stepfunctions as sfn

    from workflow.event_patterns import EventPattern
    from workflow.settings.triggers import Trigger, Triggers


class RawPatternRule(events.Rule):
    """A rule with a pattern as EventBridge expects it, which the CDK cannot always express."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        description: str,
        pattern: Mapping[str, object],
        targets: Sequence[events.IRuleTarget],
    ) -> None:
        super().__init__(
            scope,
            construct_id,
            description=description,
            event_pattern=events.EventPattern(source=["callout"]),  # replaced below
            targets=targets,
        )
        resource = self.node.default_child
        if not isinstance(resource, events.CfnRule):
            raise TypeError("the default child of a Rule must be a CfnRule")
        self.resource = resource
        resource.event_pattern = pattern


class TriggerRules(Construct):
    """A rule for each enabled trigger; it starts the state machine with the event.

    EventBridge retries a failed delivery for 15 minutes, and then sends the event to a dead-letter
    queue; at once, if the target rejects it (HTTP status 4xx except 429; AWS re:Post, "How do I set
    up EventBridge retries and DLQ"). workflow/undelivered_events.py reads that queue.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        state_machine: sfn.IStateMachine,
        settings: Triggers,
    ) -> None:
        super().__init__(scope, construct_id)
        self.event_dlq = DeadLetterQueue(
            self, EVENT_DLQ_ID, source="rules", retry_after=Duration.hours(1)
        )
        self._target = targets.SfnStateMachine(
            state_machine, max_event_age=MAX_PAGE_AGE, retry_attempts=MAX_RETRIES
        )
        enabled = settings.enabled()
        self.rules = [
            self._rule(key, pattern, enabled[key]) for key, pattern in patterns(settings).items()
        ]
        self.event_dlq.allow_rules([rule.rule_arn for rule in self.rules])

    def _rule(self, key: str, pattern: EventPattern, routes: list[Trigger]) -> events.Rule:
        trigger = routes[0]
        rule = RawPatternRule(
            self,
            rule_name(key, trigger),
            description=f"Callout: {(type(trigger).__doc__ or key).splitlines()[0]}",
            pattern=pattern,
            targets=[self._target],
        )
        # An override, because the CDK would add a statement for each rule to the queue's policy.
        rule.resource.add_property_override(
            "Targets.0.DeadLetterConfig", {"Arn": self.event_dlq.queue_arn}
        )
        if template := input_template(key, routes):
            rule.resource.add_property_override(
                "Targets.0.InputTransformer", {"InputTemplate": template}
            )
        return rule


def input_template(key: str, routes: list[Trigger]) -> str:
    """Return the input template for a trigger that adds to its events, else "".

    Of several routes, the function open_incident takes the first that matches (docs/decisions/030);
    the last needs no condition, because the rule matches only events that one of them matches.

    Without a template, EventBridge passes the event unchanged. `<aws.events.event.json>` is the
    event with its detail (EventBridge, "Input transformation", predefined variables); it must
    not be quoted.
    """
    added = {"team", "severity", "dedup_fields"}
    overrides = [route.model_dump(include=added, exclude_defaults=True) for route in routes]
    if not any(overrides):
        return ""
    for route, found in zip(routes[:-1], overrides, strict=False):
        found["when"] = route_condition(key, route)
    trigger = overrides[0] if len(routes) == 1 else {"routes": overrides}
    # `<` would begin a variable.
    text = json.dumps(trigger).replace("<", "\\u003c")
    return f'{{"trigger": {text}, "event": <aws.events.event.json>}}'
