"""The settings of the triggers: which events page, and which team."""

import json
from collections.abc import Iterator, Sequence
from typing import Annotated, Any, Literal, Self, TypeVar

from pydantic import BaseModel, Discriminator, Field, Tag, model_validator

from oncall.incident import DEFAULT_TEAM
from workflow.settings.event_pattern_validation import validation_error
from workflow.settings.settings_errors import ONE, SEVERAL, raise_all
from workflow.settings.types import (
    FITS_VARIABLE,
    STRICT_MODEL,
    AccountId,
    Constraint,
    RegionName,
    Team,
    Unique,
    pattern_constraint,
    require_room,
    require_unique,
)

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


class Route(Trigger):
    """The settings of a trigger that can be a list of routes."""

    accounts: list[AccountId] = []
    """IDs of the accounts whose events page. If empty, events of all accounts page."""
    regions: list[RegionName] = []
    """Regions whose events page. If empty, events of all regions page."""

    @property
    def matches_everything(self) -> bool:
        """Whether no setting limits which events match."""
        actions = {*Trigger.model_fields, "page_while_suppressed"}
        return all(
            getattr(self, name) == field.default
            for name, field in type(self).model_fields.items()
            if name not in actions
        )


class RootSignIn(Route):
    """The root user signs in to the console, or tries to.

    Other sign-in events of the root user, such as a password reset, also page.
    """

    outcome: Outcome = "any"
    """Outcome of the sign-ins that page."""


class UserSignIn(Route):
    """IAM users or federated users sign in to the console, or try to; list users or roles."""

    users: list[Name] = []
    """Names of IAM users."""
    roles: list[Name] = []
    """Names of the roles of federated users (also of IAM Identity Center)."""
    outcome: Outcome = "any"
    """Outcome of the sign-ins that page."""

    @model_validator(mode="after")
    def _names_someone(self) -> Self:
        if self.enabled and not (self.users or self.roles):
            raise ValueError("matches no sign-in: list `users` or `roles`")
        return self


class Alarms(Route):
    """A CloudWatch alarm, metric or composite, fires.

    Without names and prefixes, all alarms page except Callout's own. When an alarm recovers, its
    incident is resolved and the calls about it end.
    """

    names: list[Name] = []
    """Names of alarms."""
    prefixes: list[
        Annotated[Name, pattern_constraint(r".*[^*]", "a prefix without `*`, like `prod-`")]
    ] = []
    """Prefixes of the names of more alarms."""
    page_while_suppressed: bool = False
    """Whether a composite alarm pages while CloudWatch suppresses its actions. Otherwise the page
    notifies SNS and waits; it calls if the alarm is still in ALARM afterwards."""


class Instances(Route):
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


class GuardDuty(Route):
    """A GuardDuty finding."""

    minimum_severity: Annotated[float, Field(ge=0, le=10)] = 7
    """Lowest severity that pages, on GuardDuty's scale: 7 is high, 9 is critical."""


class Health(Route):
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
    def _valid_pattern(self) -> Self:
        if "detail-type" not in self.pattern:
            raise ValueError(
                "`pattern` has no `detail-type`: add it, or replays of other events match too"
            )
        if error := validation_error(self.pattern):
            raise ValueError(f"EventBridge would reject `pattern`: {error}")
        return self


class SnsTopic(Trigger):
    """An SNS topic whose messages page: CloudWatch alarms, other JSON, and text.

    The topic can be in another account or region: see [SNS topics](#sns-topics).
    """

    arn: Annotated[
        str,
        pattern_constraint(
            r"arn:aws[a-z-]*:sns:[a-z0-9-]+:[0-9]{12}:[A-Za-z0-9_-]{1,256}",
            "the ARN of a standard topic, like arn:aws:sns:us-east-1:123456789012:alerts (a FIFO"
            " topic, `.fifo`, cannot invoke a function)",
        ),
    ]
    """ARN of the topic."""

    @property
    def region(self) -> str:
        """The region of the topic."""
        return self.arn.split(":")[3]


def topics_environment(topics: Sequence[SnsTopic]) -> str:
    """Return team and severity by ARN, as the JSON that functions/receive_notification.py reads."""
    added = {"team", "severity"}
    found = {topic.arn: topic.model_dump(include=added, exclude_defaults=True) for topic in topics}
    return json.dumps(found, separators=(",", ":"))


def _unique_topics(topics: list[SnsTopic]) -> list[SnsTopic]:
    require_unique([topic.arn for topic in topics])
    require_room(topics_environment(topics), "send several sources to one topic")
    return topics


T = TypeVar("T", bound=Route)
Routes = Annotated[
    Annotated[T, Tag(ONE)] | Annotated[list[T], Field(min_length=1), Tag(SEVERAL)],
    Discriminator(lambda value: SEVERAL if isinstance(value, list) else ONE),
]


class Triggers(BaseModel):
    """The triggers."""

    model_config = STRICT_MODEL

    root_sign_in: Routes[RootSignIn] = RootSignIn()
    user_sign_in: Routes[UserSignIn] = UserSignIn(enabled=False)
    alarms: Routes[Alarms] = Alarms(enabled=False)
    instances: Routes[Instances] = Instances(enabled=False)
    guardduty: Routes[GuardDuty] = GuardDuty(enabled=False)
    health: Routes[Health] = Health(enabled=False)
    page: Page = Page()
    patterns: list[Pattern] = []
    sns_topics: Annotated[list[SnsTopic], Constraint(_unique_topics, FITS_VARIABLE)] = []

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        raise_all((self._used_names, self._unreached_routes))
        return self

    def _used_names(self) -> Iterator[str]:
        taken = set(RESERVED_RULE_NAMES)
        for key, [trigger, *_] in self.by_key().items():
            name = rule_name(key, trigger)
            if name in taken:
                yield f"{key}.name: {name!r} is already in use: choose another name"
            taken.add(name)

    def _unreached_routes(self) -> Iterator[str]:
        for key, routes in self.enabled().items():
            for number, route in enumerate(routes[:-1]):
                if isinstance(route, Route) and route.matches_everything:
                    yield (
                        f"{key}: route {number} matches every event, so the routes after it never"
                        " match: move it to the end"
                    )
            if len({getattr(route, "page_while_suppressed", False) for route in routes}) > 1:
                yield f"{key}: `page_while_suppressed` must be the same in all routes"

    def by_key(self) -> dict[str, list[Trigger]]:
        """Return the routes of every trigger that has a rule, by its key in the settings."""
        others = ("patterns", "sns_topics")
        builtin = {key: getattr(self, key) for key in type(self).model_fields if key not in others}
        return {
            key: value if isinstance(value, list) else [value] for key, value in builtin.items()
        } | {f"patterns.{n}": [trigger] for n, trigger in enumerate(self.patterns)}

    def enabled(self) -> dict[str, list[Trigger]]:
        """Return the enabled routes of the enabled triggers, in their order."""
        found = {
            key: [route for route in routes if route.enabled]
            for key, routes in self.by_key().items()
        }
        return {key: routes for key, routes in found.items() if routes}

    def by_path(self) -> Iterator[tuple[str, Trigger]]:
        """Yield every trigger and route by its path in the settings, such as `alarms.0`."""
        for key, routes in self.by_key().items():
            listed = isinstance(getattr(self, key, None), list)
            for number, route in enumerate(routes):
                yield f"{key}.{number}" if listed else key, route
        for number, topic in enumerate(self.sns_topics):
            yield f"sns_topics.{number}", topic

    def enabled_topics(self) -> list[SnsTopic]:
        """Return the enabled SNS topics."""
        return [topic for topic in self.sns_topics if topic.enabled]


def rule_name(key: str, trigger: Trigger) -> str:
    """Return the name of a trigger's rule: UserSignIn for `user_sign_in`, a pattern's `name`."""
    if isinstance(trigger, Pattern):
        return trigger.name
    return "".join(word.title() for word in key.split("_"))
