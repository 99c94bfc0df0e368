"""The settings of a deployment: the context key `callout` in cdk.json."""

import json
from collections.abc import Iterator, Mapping
from typing import Annotated, Self

from pydantic import BaseModel, Field, model_validator

from oncall.incident import DEFAULT_TEAM
from workflow.event_patterns import EventPattern, from_accounts, patterns
from workflow.settings.dedup_window import DedupWindow
from workflow.settings.event_pattern_validation import MAX_CHARACTERS
from workflow.settings.notifications import Notifications
from workflow.settings.regions import DEFAULT_REGION, Region, partition_of, require_connect
from workflow.settings.settings_errors import misplaced_keys, problems, raise_all
from workflow.settings.sources import Sources
from workflow.settings.telephony import MAX_CALLBACK_TEAMS, Telephony
from workflow.settings.triggers import Triggers
from workflow.settings.types import (
    MINUTES_PER_DAY,
    STRICT_MODEL,
    AccountId,
    AccountName,
    AccountNames,
    Team,
    Unique,
)
from workflow.settings.webhooks import UniqueNames, Webhook


class SettingsError(ValueError):
    """Settings are invalid; the message has a line for each: key, what is wrong, what to write."""


class Settings(BaseModel):
    """The settings of a deployment; every setting has a default."""

    model_config = STRICT_MODEL

    home_region: Region | None = None
    """Region to deploy to. If not set, the region of the CDK command line, else us-east-1. It must
    have Amazon Connect. In AWS GovCloud, sign-in events are not forwarded, so Callout pages only
    for those that arrive in the home region. Not yet tested there."""

    teams: Annotated[list[Team], Field(min_length=1), Unique] = [DEFAULT_TEAM]
    """Teams that have a roster. Each gets a parameter `/callout/rosters/<team>` and a daily
    drill."""

    fallback_team: Team | None = None
    """Team to call for events of a team that has no usable roster; one of `teams`. Default: the
    first team."""

    triggers: Triggers = Triggers()
    """Events that page."""

    sources: Sources = Sources()
    """Other regions and accounts whose events page."""

    telephony: Telephony = Telephony()
    """Amazon Connect: instance, number and contact flow."""

    notifications: Notifications = Notifications()
    """Who receives notifications from SNS."""

    webhooks: Annotated[list[Webhook], UniqueNames] = []
    """Senders that page over HTTP, such as Alertmanager and Grafana; requires `triggers.page`. If
    empty, no endpoint is created."""

    webhook_concurrency: Annotated[int, Field(ge=0, le=1000)] = 0
    """Concurrent executions reserved for webhooks, and their limit, so that a flood of requests
    leaves the rest to pages. 50 are enough for every request within the rate limit. With 0, only
    the rate is limited. AWS keeps 100 of an account's executions unreserved, so a deployment that
    reserves any fails in an account with a quota of 10."""

    account_names: Annotated[dict[AccountId, AccountName], AccountNames] = {}
    """Names of AWS accounts, like `{"123456789012": "production"}`. Calls speak the name; for other
    accounts they speak the last four digits of the ID. Emails have the ID."""

    dashboard: bool = False
    """Create a CloudWatch dashboard of pages, calls and waiting times: $3 a month beyond the three
    of the free tier."""

    max_call_seconds: Annotated[int, Field(ge=30, le=120)] = 120
    """Seconds after which an answered call without a key press ends. The message is played three
    times; voicemail delays the next call by this time. The limit keeps the longest page within an
    execution's history."""

    dedup_window_minutes: DedupWindow = DedupWindow()
    """Minutes for which further events of an acknowledged incident are only counted and do not
    page, since its acknowledgement or its last event, unless it was resolved in between. A rise in
    severity always pages. A number applies to all sources; 0: every event pages."""

    ack_timeout_minutes: Annotated[int, Field(ge=0, le=7 * MINUTES_PER_DAY)] = 0
    """Minutes after an acknowledgement within which the incident must be resolved (`callout
    resolve`, or its alarm recovers); otherwise it pages again, repeatedly. Tests are excluded. Must
    be at least a day less than `retention_days`; needs `triggers.page`. 0: no reminders."""

    retention_days: Annotated[int, Field(ge=7, le=3650)] = 400
    """Days for which the incident table keeps an incident, its calls and who acknowledged it."""

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        raise_all(
            (
                self._unknown_teams,
                self._impossible_reminders,
                self._long_patterns,
                self._unusable_webhooks,
                self._too_many_teams,
            )
        )
        return self

    def _unknown_teams(self) -> Iterator[str]:
        named = {
            f"triggers.{key}.team": trigger.team
            for key, trigger in self.triggers.by_path()
            if trigger.enabled or "team" in trigger.model_fields_set
        }
        named |= {"fallback_team": self.fallback_team} if self.fallback_team else {}
        named |= {
            f"notifications.by_team.{index}.team": subscribers.team
            for index, subscribers in enumerate(self.notifications.by_team)
        }
        named |= {f"webhooks.{n}.team": webhook.team for n, webhook in enumerate(self.webhooks)}
        for key, team in named.items():
            if team not in self.teams:
                known = ", ".join(self.teams)
                yield (
                    f"{key}: {team!r} is not one of `teams` ({known}): add it there, or choose one"
                    " of them"
                )

    def _impossible_reminders(self) -> Iterator[str]:
        if self.ack_timeout_minutes and not self.triggers.page.enabled:
            yield "ack_timeout_minutes: reminders need the trigger `page`: enable triggers.page"
        # One day more, so that the record still exists after hours of waiting for the team lock.
        if self.ack_timeout_minutes > (self.retention_days - 1) * MINUTES_PER_DAY:
            yield (
                "ack_timeout_minutes: incidents would expire before their reminder: set"
                f" retention_days to at least {-(-self.ack_timeout_minutes // MINUTES_PER_DAY) + 1}"
            )

    def _unusable_webhooks(self) -> Iterator[str]:
        if self.webhooks and not self.triggers.page.enabled:
            yield "webhooks: they need the trigger `page`: enable triggers.page"
        if self.webhook_concurrency and not self.webhooks:
            yield "webhook_concurrency: there are no `webhooks`: add one, or remove this setting"

    def _too_many_teams(self) -> Iterator[str]:
        if self.telephony.callback and len(self.teams) > MAX_CALLBACK_TEAMS:
            yield (
                f"telephony.callback: there are {len(self.teams)} teams; the rosters of at most"
                f" {MAX_CALLBACK_TEAMS} can be searched during a call: remove it, or use fewer"
            )

    def _long_patterns(self) -> Iterator[str]:
        room = ", or set `sources.organization`" if self.sources.accounts else ""
        for key, pattern in self.home_patterns().items():
            length = len(json.dumps(pattern, separators=(",", ":")))
            if length > MAX_CHARACTERS:
                yield (
                    f"triggers.{key}: the event pattern has {length:,} characters; EventBridge"
                    f" accepts {MAX_CHARACTERS:,}: list fewer names, use prefixes, or split it into"
                    f" two `patterns`{room}"
                )

    def home_patterns(self) -> dict[str, EventPattern]:
        """Return the event pattern of each rule in the home region, by the key of its trigger."""
        found, accounts = patterns(self.triggers), self.sources.accounts
        return {key: from_accounts(pattern, accounts) for key, pattern in found.items()}

    @property
    def team_in_doubt(self) -> str:
        """The team to call for events of a team that has no usable roster."""
        return self.fallback_team or self.teams[0]

    def region(self, cli_region: str | None) -> str:
        """Return the region to deploy to; raise SettingsError if it or another does not fit."""
        region = self.home_region or cli_region or DEFAULT_REGION
        try:
            require_connect(region)
        except ValueError as error:
            raise SettingsError(
                "context callout.home_region: not set, so the CDK's region is used, and"
                f" {error}: set home_region or AWS_REGION"
            ) from None
        for other in self.sources.regions:
            if other == region or partition_of(other) != partition_of(region):
                raise SettingsError(
                    f"context callout.sources.regions: {other!r} must be another region than"
                    f" {region}, the home region, in the same partition: remove it"
                )
        return region

    @classmethod
    def from_app_context(cls, context: Mapping[str, object]) -> Self:
        """Read the settings from the whole context of the CDK app.

        Raise SettingsError if they are invalid, or beside the key `callout`; one line for each.
        """
        lines = misplaced_keys(context, cls)
        try:
            settings = cls.from_context(context.get("callout"))
        except SettingsError as error:
            lines.append(str(error))
        if lines:
            raise SettingsError("\n".join(lines))
        return settings

    @classmethod
    def from_context(cls, context: object) -> Self:
        """Read the settings: a mapping from cdk.json, a JSON string from `--context`, or None.

        Raise SettingsError if they are invalid; one line for each.
        """
        if isinstance(context, str):
            try:
                context = json.loads(context)
            except ValueError as error:
                raise SettingsError(f"context callout: not valid JSON: {error}") from None
        if context is None:
            context = {}
        if not isinstance(context, dict):
            raise SettingsError(f"context callout: must be a JSON object, not {context!r}")
        if lines := problems(context, cls):
            raise SettingsError("\n".join(lines))
        return cls.model_validate(context)
