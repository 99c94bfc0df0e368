"""A scenario: an event, a roster, what each phone does, and the expected result.

A scenario file is YAML (docs/scenarios.md). Only the title and the roster are required::

    title: The second's voicemail answers
    event: root-sign-in          # in tests/fixtures/events, a JSON file, or the event itself
    at: 2026-12-24T23:00         # when it happens, by the roster's zone
    roster:                      # a mapping, its text, or a file beside this one
      contacts:
        - {name: Ana, phone: +14155550132}
    phones:                      # by contact, or by number; see local/connect/phone_parser.py
      Ana: {press: {keys: "1"}}  # or a list: for the first call, the second …
    also:                        # later events, in seconds
      - {after: 20, event: alarm-ok}
      - {after: 30, webhook: {name: shop, body: {alert: {name: Disk full}}}}
      - {after: 40, sns: {message: Disk full}}  # also as the first, in place of `event`
    alarms:                      # later states of composite alarms, as DescribeAlarms shows them
      - {after: 900, name: shop-is-down, state: ALARM}
    faults:                      # injected faults; see local/faults/
      - {at: connect DescribeContact, fault: throttling, times: 3}
    opens_link:                  # a person answers on the web page of the incident
      - {after: 15, by: Ana, action: acknowledge}
    calls_back:                  # a person calls the number that called, and presses keys
      - {after: 60, from: Ana, keys: "1", pin: "4711"}
    replay: true                 # send events of AWS as replays, so as tests
    ack_timeout_minutes: 30           # the setting
    seed: 7                      # of faults with a probability
    expect:
      calls: [Ana acknowledged]
      outcome: acknowledged
      spoken: [Root user]        # in the message of one of the calls
      notified: [Ana]            # in the notification
      rings: 1                   # calls that Connect placed
"""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Annotated, Any
from zoneinfo import ZoneInfo

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)
from ruamel.yaml import YAML

from local.connect.simulated_phones import Phone, Press
from local.did_you_mean import did_you_mean
from local.faults.fault import Fault
from local.faults.fault_types import EVENTS as OF_EVENTS
from local.faults.injector import FaultInjector
from local.scenarios.alerts import AlertFields, SnsMessage, WebhookRequest
from local.scenarios.called_back import HIDDEN_CALLER, CalledBack
from local.scenarios.expectation import Expectation
from local.scenarios.fields import is_event, is_moment, is_phone, is_roster, phone_of, read_fault
from local.scenarios.file_kinds import SCENARIO
from local.scenarios.files import (
    EVENTS,
    ScenarioError,
    read_event,
    read_text,
)
from local.scenarios.opened_link import OpenedLink
from local.scenarios.yaml_source import NotYamlError, ScenarioSource, refusal
from local.simulated_cloudwatch import AlarmChange
from oncall.calls.planner import plan_calls
from oncall.incident import instant
from oncall.mask_phone_number import mask
from oncall.roster.model import RosterError
from oncall.roster.parsing.parser import parse

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path
    from typing import Self

    from oncall.roster.model import Roster


#: What a scenario sends: an event as EventBridge delivers it, or what a function turns into one.
Sent = dict[str, Any] | WebhookRequest | SnsMessage


class LaterEvent(AlertFields):
    """An event after the scenario's own, or what causes one."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    after: float = Field(default=0, ge=0, le=24 * 60 * 60)
    """Seconds after the scenario's own event."""
    event: Annotated[str | dict[str, Any] | None, AfterValidator(is_event)] = None

    @model_validator(mode="after")
    def _not_empty(self) -> Self:
        if self.event is None and not (self.webhook or self.sns):
            raise ValueError("write event, webhook or sns")
        return self


class Scenario(AlertFields):
    """A scenario file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: str
    team: str = "default"
    event: Annotated[str | dict[str, Any], AfterValidator(is_event)] = "root-sign-in"
    at: Annotated[str, AfterValidator(is_moment)] | None = None
    """When it happens: local time of the roster's zone, unless it has an offset."""
    roster: Annotated[str | dict[str, Any], AfterValidator(is_roster)]
    phones: dict[str, Annotated[Any, AfterValidator(is_phone)]] = Field(default_factory=dict)
    also: tuple[LaterEvent, ...] = ()
    alarms: tuple[AlarmChange, ...] = ()
    """Later states of composite alarms that no event reports."""
    opens_link: tuple[OpenedLink, ...] = ()
    """Answers on the web page of the incident."""
    calls_back: tuple[CalledBack, ...] = ()
    """Calls to the number that pages."""
    faults: tuple[Annotated[Fault, BeforeValidator(read_fault)], ...] = ()
    replay: bool = False
    """Whether an event of AWS is sent as a replay, so as a test."""
    ack_timeout_minutes: int = Field(default=0, ge=0, le=10_080)  # holds until the first reminder
    lambda_concurrency: int | None = Field(default=None, ge=1)
    """How many functions may run at once in the account; a new account may have 10."""
    seed: int = 0
    expect: Expectation = Field(default_factory=Expectation)

    @property
    def roster_text(self) -> str:
        """The roster as it is saved in SSM."""
        if isinstance(self.roster, str):
            return self.roster
        text = io.StringIO()
        YAML().dump(self.roster, text)
        return text.getvalue()

    @property
    def event_sent(self) -> dict[str, Any]:
        """The event that starts the page, with the time of the scenario."""
        return _occurring(self.event, self.moment)

    @property
    def sent(self) -> Sent:
        """What starts the page."""
        return self.webhook or self.sns or self.event_sent

    @property
    def several_events(self) -> bool:
        """Whether its executions may be of different events."""
        return bool(self.also or self.webhook)

    @property
    def later(self) -> list[tuple[float, Sent]]:
        """What `also` sends: seconds after the scenario's own event, and what.

        Named events occur then. Others keep the times that are written in them.
        """
        time = None if self.webhook or self.sns else self.event_sent.get("time")
        began = instant(time) if isinstance(time, str) else self.moment
        return [
            (
                later.after,
                later.webhook
                or later.sns
                or _occurring(
                    later.event or {},
                    began + timedelta(seconds=later.after)
                    if began and isinstance(later.event, str)
                    else None,
                ),
            )
            for later in self.also
        ]

    @property
    def moment(self) -> datetime | None:
        """When it happens, in UTC; None if the scenario does not say."""
        if self.at is None:
            return None
        written = datetime.fromisoformat(self.at)
        if written.tzinfo is None:
            roster = self.roster_read()
            written = written.replace(tzinfo=ZoneInfo(roster.timezone) if roster else UTC)
        return written.astimezone(UTC)

    def roster_read(self) -> Roster | None:
        """The parsed roster; None if the scenario is about an invalid one."""
        return _roster_of(self.roster_text)

    def names_by_number(self) -> dict[str, str]:
        """Return the contact of each number."""
        roster = self.roster_read()
        contacts = roster.contacts if roster else ()
        return {number: contact.name for contact in contacts for number in contact.phones}

    def last_called(self, at: datetime | None = None) -> str:
        """Return whom a page calls last at a moment, by default that of the scenario; or ""."""
        roster = self.roster_read()
        calls = plan_calls(roster, at or self.moment or datetime.now(UTC)) if roster else ()
        return calls[-1].contact if calls else ""

    def phones_by_number(self, at: datetime | None = None) -> dict[str, Phone]:
        """Return what each phone does; raise ScenarioError for a phone that no contact has.

        Without `phones`, the last contact who is called at that moment presses 1 and all other
        phones ring unanswered.
        """
        names = self.names_by_number()
        if not self.phones:
            last = self.last_called(at)
            return {number: Press() for number, name in names.items() if name == last}
        found: dict[str, Phone] = {}
        for who, script in self.phones.items():
            theirs = [number for number, name in names.items() if who in (number, name)]
            if not theirs:
                raise ScenarioError(f"phones: {_unknown(who, names)}")
            found |= dict.fromkeys(theirs, phone_of(script))
        return found

    def fault_injector(self) -> FaultInjector:
        """Return an injector of the scenario's faults.

        Raises:
            ScenarioError: a fault is for the calls of a contact who is not in the roster.
        """
        names = self.names_by_number()
        for number, fault in enumerate(self.faults, start=1):
            if fault.contact and fault.contact not in names.values():
                raise ScenarioError(f"faults: number {number}: {_unknown(fault.contact, names)}")
        return FaultInjector(self.faults, names, self.seed)

    def unknown_names(self) -> Iterator[tuple[tuple[str | int, ...], str]]:
        """Yield the path to each name that is not in the roster, and an error message."""
        names = self.names_by_number()
        for who in self.phones:
            if who not in names and who not in names.values():
                yield ("phones", who), _unknown(who, names)
        for number, opened in enumerate(self.opens_link):
            if names and opened.by not in names.values():
                yield ("opens_link", number, "by"), _unknown(opened.by, names)
        for number, called in enumerate(self.calls_back):
            known = called.by == HIDDEN_CALLER or called.by.startswith("+")
            if names and not known and called.by not in names.values():
                yield ("calls_back", number, "from"), _unknown(called.by, names)
        for number, fault in enumerate(self.faults):
            if fault.contact and fault.contact not in names.values():
                yield ("faults", number, "contact"), _unknown(fault.contact, names)

    @property
    def further_deliveries(self) -> int:
        """How often EventBridge delivers the event again, or SNS the message."""
        return sum(fault.times or 1 for fault in self.faults if fault.service == OF_EVENTS)


@lru_cache
def _roster_of(text: str) -> Roster | None:
    """Parse a roster; one run of a scenario needs the same one several times."""
    try:
        return parse(text)
    except RosterError:
        return None


#: What describes the keys below a key.
_KNOWN: dict[str, type[BaseModel]] = {
    "expect": Expectation,
    "also": LaterEvent,
    "alarms": AlarmChange,
    "webhook": WebhookRequest,
    "sns": SnsMessage,
    "opens_link": OpenedLink,
    "calls_back": CalledBack,
}


def read_scenario(path: Path) -> Scenario:
    """Read a scenario file.

    Raises:
        ScenarioError: lists every problem as `file:line:column: field: problem`.
    """
    try:
        text = ScenarioSource(read_text(path, SCENARIO))
    except NotYamlError as error:
        raise ScenarioError(f"{path}:{error}") from None
    try:
        scenario = Scenario.model_validate(text.value, context={"folder": path.parent})
    except ValidationError as error:
        raise refusal(path, text, _problems(error)) from None
    if unknown_names := list(scenario.unknown_names()):
        raise refusal(path, text, unknown_names)
    return scenario


def _occurring(written: str | dict[str, Any], moment: datetime | None) -> dict[str, Any]:
    """Return an event that occurs at a moment in UTC; by default when it did.

    In a named event, the state of an alarm changes then, too. In others, the order of two states
    may be what the scenario is about.
    """
    named = isinstance(written, str)
    event = read_event(EVENTS / f"{written}.json") if isinstance(written, str) else written
    if named and moment is None:
        moment = instant(str(event.get("time")))
    if moment is None:
        return event
    time = f"{moment:%Y-%m-%dT%H:%M:%SZ}"
    detail = event.get("detail")
    if isinstance(detail, dict) and "eventTime" in detail:  # CloudTrail's own
        event = event | {"detail": detail | {"eventTime": time}}
    elif named and isinstance(detail, dict) and isinstance(detail.get("state"), dict):  # an alarm
        state = detail["state"] | {"timestamp": moment.isoformat(timespec="milliseconds")}
        event = event | {"detail": detail | {"state": state}}
    return event | {"time": time}


def _problems(error: ValidationError) -> Iterator[tuple[tuple[str | int, ...], str]]:
    for problem in error.errors():
        loc = problem["loc"]
        if loc[:1] in (("event",), ("roster",)) and len(loc) > 1:
            yield loc[:1], "write a text or a mapping"
        elif problem["type"] == "extra_forbidden":
            parent = next((_KNOWN[str(key)] for key in loc[-2::-1] if key in _KNOWN), Scenario)
            known = parent.model_fields
            yield loc, f"unknown key{did_you_mean(str(loc[-1]), known)}"
        elif problem["type"] == "missing":
            yield loc, "is missing"
        elif problem["type"] == "model_type":
            yield loc, "write keys and values, such as title: Nobody answers"
        else:
            yield loc, problem["msg"].removeprefix("Value error, ")


def _unknown(who: str, names: Mapping[str, str]) -> str:
    """Return the error for a name or number that is not in the roster, with a suggestion."""
    if not names:
        return "the roster cannot be used, so nobody is called"
    if who.startswith("+"):
        return f"the roster has no number {mask(who)}"
    return f"the roster has no {who!r}{did_you_mean(who, set(names.values()))}"
