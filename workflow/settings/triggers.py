"""The settings of the triggers: which events page, and which team."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field, model_validator

from oncall.incident import DEFAULT_TEAM
from workflow.settings.event_pattern_validation import validation_error
from workflow.settings.types import STRICT_MODEL, Team, Unique, pattern_constraint

Severity = Literal["critical", "high", "medium", "low"]
Outcome = Literal["any", "success", "failure"]
Name = Annotated[str, Field(min_length=1, max_length=255)]
#: Construct id of the dead-letter queue, in the same scope as the rules.
EVENT_DLQ_ID = "EventDlq"
#: Construct ids that a rule cannot have; the CDK reserves the last two.
RESERVED_RULE_NAMES = (EVENT_DLQ_ID, "Default", "Resource")


class Trigger(BaseModel):
    """The settings that every trigger has."""

    model_config = STRICT_MODEL

    enabled: bool = True
    """Whether the rule of the trigger is deployed. A trigger that is off by default is on as soon
    as the settings mention it."""
    team: Team = DEFAULT_TEAM
    """Team to call; one of `teams`."""
    severity: Severity | None = None
    """Severity of the incident, instead of the one that Callout derives from the event."""


class RootSignIn(Trigger):
    """The root user signs in to the console, or tries to.

    Other sign-in events of the root user, such as a password reset, also page.
    """

    outcome: Outcome = "any"
    """Outcome of the sign-ins that page."""


class UserSignIn(Trigger):
    """IAM users or federated users sign in to the console, or try to; list users or roles."""

    users: list[Name] = []
    """Names of IAM users."""
    roles: list[Name] = []
    """Names of the roles of federated users (also of IAM Identity Center)."""
    outcome: Outcome = "any"
    """Outcome of the sign-ins that page."""

    @model_validator(mode="after")
    def _names_someone(self) -> UserSignIn:
        if self.enabled and not (self.users or self.roles):
            raise ValueError("matches no sign-in: list `users` or `roles`")
        return self


class Alarms(Trigger):
    """A CloudWatch alarm, metric or composite, fires.

    Without names and prefixes, all alarms page except Callout's own. When an alarm recovers, its
    incident is resolved and the calls about it end.
    """

    names: list[Name] = []
    """Names of alarms."""
    prefixes: list[Name] = []
    """Prefixes of the names of more alarms."""
    page_while_suppressed: bool = False
    """Whether a composite alarm pages while CloudWatch suppresses its actions. Otherwise the page
    notifies SNS and waits; it calls if the alarm is still in ALARM afterwards."""


class Instances(Trigger):
    """An EC2 instance stops or is terminated."""

    ids: list[
        Annotated[
            str,
            pattern_constraint(r"i-[0-9a-f]{8,17}", "an instance ID, like i-0123456789abcdef0"),
        ]
    ] = []
    """IDs of instances; if empty, all. (Events do not contain tags.)"""
    states: list[Literal["stopping", "stopped", "shutting-down", "terminated"]] = Field(
        default=["stopped", "terminated"], min_length=1
    )
    """States that page."""


class GuardDuty(Trigger):
    """A GuardDuty finding."""

    minimum_severity: Annotated[float, Field(ge=0, le=10)] = 7
    """Lowest severity that pages, on GuardDuty's scale: 7 is high, 9 is critical."""


class Health(Trigger):
    """An AWS Health event of the account. When AWS Health closes it, its incident is resolved.

    Copies that AWS Health sends to a backup region are ignored.
    """

    services: list[Name] = []
    """Names of AWS services, such as `EC2`; if empty, all."""
    categories: list[
        Literal["issue", "accountNotification", "scheduledChange", "investigation"]
    ] = Field(default=["issue"], min_length=1)
    """AWS Health's categories of the events that page."""
    public_events: bool = False
    """Whether AWS Health's public events page too; they may not affect the account."""


class Page(Trigger):
    """Callout's own `Page` event; its team and severity take precedence over these settings.

    Without this trigger there are no drills and no reminders.
    """


class Pattern(Trigger):
    """Your own event pattern.

    Callout extends each condition on `source`, also within `$or`, to match replays.
    """

    name: Annotated[
        str,
        pattern_constraint(
            r"[A-Za-z][A-Za-z0-9]{0,39}", "up to 40 letters and digits, beginning with a letter"
        ),
    ]
    """Unique name of the rule in the template."""
    pattern: dict[str, Any]
    """EventBridge event pattern, with `detail-type`."""
    dedup_fields: Annotated[
        list[
            Annotated[
                str,
                pattern_constraint(
                    r"(detail(\.[A-Za-z0-9_:/-]+)+|resources)",
                    "`resources`, or a field of the event like detail.order_id",
                ),
            ]
        ],
        Unique,
    ] = []
    """Fields that identify the incident, within the account and region: events with equal values
    are the same incident. If empty, or if the event has none of them, all of the detail identifies
    it, without times and IDs of the delivery."""

    @model_validator(mode="after")
    def _valid_pattern(self) -> Pattern:
        if "detail-type" not in self.pattern:
            raise ValueError(
                "`pattern` has no `detail-type`: add it, or replays of other events match too"
            )
        if error := validation_error(self.pattern):
            raise ValueError(f"EventBridge would reject `pattern`: {error}")
        return self


class Triggers(BaseModel):
    """The triggers."""

    model_config = STRICT_MODEL

    root_sign_in: RootSignIn = RootSignIn()
    user_sign_in: UserSignIn = UserSignIn(enabled=False)
    alarms: Alarms = Alarms(enabled=False)
    instances: Instances = Instances(enabled=False)
    guardduty: GuardDuty = GuardDuty(enabled=False)
    health: Health = Health(enabled=False)
    page: Page = Page()
    patterns: list[Pattern] = []

    @model_validator(mode="after")
    def _unique_rule_names(self) -> Triggers:
        taken = set(RESERVED_RULE_NAMES)
        problems = []
        for key, trigger in self.by_key().items():
            name = rule_name(key, trigger)
            if name in taken:
                problems.append(f"{key}.name: {name!r} is already in use: choose another name")
            taken.add(name)
        if problems:
            raise ValueError("\n".join(problems))
        return self

    def by_key(self) -> dict[str, Trigger]:
        """Return every trigger by its key in the settings."""
        builtin = {key: getattr(self, key) for key in type(self).model_fields if key != "patterns"}
        return builtin | {f"patterns.{n}": trigger for n, trigger in enumerate(self.patterns)}


def rule_name(key: str, trigger: Trigger) -> str:
    """Return the name of a trigger's rule: UserSignIn for `user_sign_in`, a pattern's `name`."""
    if isinstance(trigger, Pattern):
        return trigger.name
    return "".join(word.title() for word in key.split("_"))
