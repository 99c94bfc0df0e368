"""The settings of what pages: each trigger is switched, narrowed and sent to a team."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field, model_validator

from workflow.settings.event_pattern_validation import flaw
from workflow.settings.types import STRICT_MODEL, Team, like

Severity = Literal["critical", "high", "medium", "low"]
Outcome = Literal["any", "success", "failure"]
Name = Annotated[str, Field(min_length=1, max_length=255)]
#: Names that rules cannot have: of the queue beside them, and two that mean something to the CDK.
TAKEN = ("Undelivered", "Default", "Resource")


class Trigger(BaseModel):
    """What every trigger has."""

    model_config = STRICT_MODEL

    enabled: bool = True
    """Whether its rule is deployed."""
    team: Team = "default"
    """Whose roster is called; one of `teams`."""
    severity: Severity | None = None
    """Instead of the one that Callout gives the event."""


class RootSignIn(Trigger):
    """The root user signs in to the console, or tries to.

    Whatever else they do at its door pages too, such as a reset of the password.
    """

    outcome: Outcome = "any"
    """Only successes, only failures, or any."""


class UserSignIn(Trigger):
    """IAM users or people in roles sign in to the console, or try to; it has to name some."""

    enabled: bool = False
    users: list[Name] = []
    """Names of IAM users."""
    roles: list[Name] = []
    """Names of roles (of federated and IAM Identity Center sign-ins)."""
    outcome: Outcome = "any"
    """Only successes, only failures, or any."""

    @model_validator(mode="after")
    def _somebody(self) -> UserSignIn:
        if self.enabled and not (self.users or self.roles):
            raise ValueError("names nobody: list `users` or `roles`")
        return self


class Alarms(Trigger):
    """A CloudWatch alarm, metric or composite, goes off.

    All but Callout's own, if both lists are empty. One that is OK again ends the calls about
    it, and calls nobody.
    """

    enabled: bool = False
    names: list[Name] = []
    """Alarms of these names."""
    prefixes: list[Name] = []
    """Also alarms whose name begins so."""


class Instances(Trigger):
    """An EC2 instance stops or is terminated."""

    enabled: bool = False
    ids: list[
        Annotated[str, like(r"i-[0-9a-f]{8,17}", "an instance id, like i-0123456789abcdef0")]
    ] = []
    """Which instances; all, if empty. (An event does not carry tags.)"""
    states: list[Literal["stopping", "stopped", "shutting-down", "terminated"]] = Field(
        default=["stopped", "terminated"], min_length=1
    )
    """What has become of it."""


class GuardDuty(Trigger):
    """A GuardDuty finding."""

    enabled: bool = False
    minimum_severity: Annotated[float, Field(ge=0, le=10)] = 7
    """GuardDuty's own scale: from 7 high, from 9 critical."""


class Health(Trigger):
    """An AWS Health event of the account."""

    enabled: bool = False
    services: list[Name] = []
    """Such as `EC2`; all, if empty."""
    categories: list[
        Literal["issue", "accountNotification", "scheduledChange", "investigation"]
    ] = Field(default=["issue"], min_length=1)
    """Categories of events, as AWS Health names them."""


class Page(Trigger):
    """An event of Callout's own: its own team and severity come before these.

    Without it there are no drills either.
    """


class Pattern(Trigger):
    """An event pattern of yours.

    Every condition on `source` in it, within `$or` too, is opened to replays.
    """

    name: Annotated[str, like(r"[A-Za-z][A-Za-z0-9]{0,39}", "letters and digits")]
    """The rule's name in the template; no other rule's."""
    pattern: dict[str, Any]
    """As EventBridge takes it, with `detail-type`."""

    @model_validator(mode="after")
    def _narrow(self) -> Pattern:
        if "detail-type" not in self.pattern:
            raise ValueError("give `detail-type`: by it, replays of other events are told apart")
        if found := flaw(self.pattern):
            raise ValueError(f"EventBridge refuses `pattern`: {found}")
        return self


class Triggers(BaseModel):
    """Everything that pages."""

    model_config = STRICT_MODEL

    root_sign_in: RootSignIn = RootSignIn()
    user_sign_in: UserSignIn = UserSignIn()
    alarms: Alarms = Alarms()
    instances: Instances = Instances()
    guardduty: GuardDuty = GuardDuty()
    health: Health = Health()
    page: Page = Page()
    patterns: list[Pattern] = []

    @model_validator(mode="after")
    def _told_apart(self) -> Triggers:
        taken = set(TAKEN)
        for key, trigger in self.by_key().items():
            name = rule_name(key, trigger)
            if name in taken:
                raise ValueError(f"{key}.name: {name!r} is taken: choose another")
            taken.add(name)
        return self

    def by_key(self) -> dict[str, Trigger]:
        """Give every trigger by its key in the settings."""
        named = {key: getattr(self, key) for key in type(self).model_fields if key != "patterns"}
        return named | {f"patterns.{n}": one for n, one in enumerate(self.patterns)}


def rule_name(key: str, trigger: Trigger) -> str:
    """Name the rule of a trigger: `user_sign_in` is UserSignIn, a raw pattern as it says."""
    if isinstance(trigger, Pattern):
        return trigger.name
    return "".join(word.title() for word in key.split("_"))
