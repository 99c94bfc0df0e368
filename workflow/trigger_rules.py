"""The rules that start a page."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from aws_cdk import Duration
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from constructs import Construct

from workflow.dead_letter_queue import DeadLetters
from workflow.event_patterns import patterns
from workflow.settings.triggers import rule_name

if TYPE_CHECKING:
    from aws_cdk import aws_stepfunctions as sfn

    from workflow.event_patterns import EventPattern
    from workflow.settings.triggers import Trigger
    from workflow.settings.triggers import Triggers as TriggerSettings


class Triggers(Construct):
    """A rule for each trigger that is switched on; it starts the state machine.

    The state machine is given the event, and what the trigger says of it. An event that
    cannot be delivered is retried for a day, which is EventBridge's limit, and then
    kept in a dead-letter queue: without one it would be dropped.

    Attributes:
        undelivered: the dead-letter queue.
        rules: the rules, for alarms.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        state_machine: sfn.IStateMachine,
        settings: TriggerSettings,
    ) -> None:
        super().__init__(scope, construct_id)
        self.undelivered = DeadLetters(self, "Undelivered", of="rules")
        self._target = targets.SfnStateMachine(
            state_machine, max_event_age=Duration.hours(24), retry_attempts=185
        )
        by_key = settings.by_key()
        self.rules = [
            self._rule(key, pattern, by_key[key]) for key, pattern in patterns(settings).items()
        ]
        self.undelivered.let_in([rule.rule_arn for rule in self.rules])

    def _rule(self, key: str, pattern: EventPattern, trigger: Trigger) -> events.Rule:
        rule = events.Rule(
            self,
            rule_name(key, trigger),
            description=f"Callout: {(type(trigger).__doc__ or key).splitlines()[0]}",
            # Replaced below: a raw pattern may hold what the CDK's own type does not.
            event_pattern=events.EventPattern(source=["callout"]),
            targets=[self._target],
        )
        resource = rule.node.default_child
        if not isinstance(resource, events.CfnRule):
            raise TypeError("a rule is made of a CfnRule")
        resource.event_pattern = pattern
        # By hand, since the CDK would let each rule in by a statement of its own.
        resource.add_property_override(
            "Targets.0.DeadLetterConfig", {"Arn": self.undelivered.queue_arn}
        )
        if template := input_template(trigger):
            resource.add_property_override(
                "Targets.0.InputTransformer", {"InputTemplate": template}
            )
        return rule


def input_template(trigger: Trigger) -> str:
    """Give what the state machine is started with in place of the event, or nothing.

    A trigger that says nothing of its own hands the event over as it came: what is not
    transformed cannot be transformed wrongly. `<aws.events.event.json>` stands for the
    event with its detail (EventBridge, "Input transformation", predefined variables); it
    must not be quoted.
    """
    said = trigger.model_dump(include={"team", "severity"}, exclude_defaults=True)
    if not said:
        return ""
    return f'{{"trigger": {json.dumps(said)}, "event": <aws.events.event.json>}}'
