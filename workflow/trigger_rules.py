"""The EventBridge rules, one for each enabled trigger."""

import json
from collections.abc import Mapping, Sequence

from aws_cdk import Duration
from aws_cdk import aws_events as events
from constructs import Construct

from workflow.dead_letter_queue import DeadLetterQueue
from workflow.event_patterns import EventPattern, route_condition
from workflow.settings.triggers import EVENT_DLQ_ID, Trigger, Triggers, rule_name

#: Id of the construct with the rules: a prefix of their logical IDs, which
#: callout/deployed_stack.py relies on.
RULES_ID = "Triggers"


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
    """A rule for each of some triggers, which sends its events to a target.

    EventBridge retries a failed delivery, and then sends the event to a dead-letter queue; at once,
    if the target rejects it (HTTP status 4xx except 429; AWS re:Post, "How do I set up EventBridge
    retries and DLQ"). If the rules start pages, workflow/undelivered_events.py reads that queue.
    """

    def __init__(  # noqa: PLR0913 - keyword-only
        self,
        scope: Construct,
        construct_id: str,
        *,
        settings: Triggers,
        patterns: Mapping[str, EventPattern],
        target: events.IRuleTarget,
        pages: bool = False,
    ) -> None:
        super().__init__(scope, construct_id)
        retry_after = Duration.hours(1) if pages else None
        self.event_dlq = DeadLetterQueue(
            self, EVENT_DLQ_ID, source="rules", retry_after=retry_after
        )
        self._target, self._pages = target, pages
        enabled = settings.enabled()
        self.rules = [self._rule(key, patterns[key], enabled[key]) for key in patterns]
        self.event_dlq.allow_rules([rule.rule_arn for rule in self.rules])

    def _rule(self, key: str, pattern: EventPattern, routes: list[Trigger]) -> RawPatternRule:
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
        if self._pages and (template := input_template(key, routes)):
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
