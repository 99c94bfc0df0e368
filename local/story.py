"""A story: an event, a roster, what each phone does, and what must come of it.

Story files are YAML. Everything but the event and the roster has a default::

    title: The second's voicemail answers
    event: root-sign-in          # a file of tests/events, or the event itself
    roster:                      # as operators write it, or its text
      contacts:
        - {name: Ana, phone: +14155550132}
    phones:                      # by contact, or by number; see local/connect/phone.py
      Ana: {press: {keys: "1"}}  # a list is what it does at the first call, the second …
    faults:                      # what goes wrong besides; see local/faults/
      - {at: connect DescribeContact, fault: throttling, times: 3}
    seed: 7                      # of the dice of faults that have a chance
    expect:
      calls: [Ana acknowledged]
      outcome: acknowledged
      spoken: [Root user]        # in the message of one of the calls
      notified: [Ana]            # in the notification
      rings: 1                   # calls that Connect placed
"""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from local.connect.phone import Phone, PhoneError, Press, parse_phone
from local.connect.turns import Turns
from local.environment import ROOT
from local.faults.fault import Fault, fault_from
from local.faults.gate import Gate
from local.faults.kinds import EVENTS as OF_EVENTS
from oncall.roster import Roster, RosterError, parse

if TYPE_CHECKING:
    from pathlib import Path

STORIES = ROOT / "tests" / "scenarios"
EVENTS = ROOT / "tests" / "events"
ROSTERS = ROOT / "tests" / "rosters"


class StoryError(ValueError):
    """A story cannot be told; one line: which file, where, what to write instead."""


def _fault(written: object) -> Fault:
    return written if isinstance(written, Fault) else fault_from(written)


class Expectation(BaseModel):
    """What must come of it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    calls: list[str] = Field(default_factory=list)
    """Every call in order, each as `<contact> <outcome>`."""
    outcome: str = ""
    acknowledged_by: str | None = None
    spoken: list[str] = Field(default_factory=list)
    """Each must be in the message of one of the calls."""
    notified: list[str] = Field(default_factory=list)
    """Each must be in the subject or the text of the first notification."""
    status: Literal["SUCCEEDED", "FAILED"] = "SUCCEEDED"
    """Of the execution. Where it is FAILED, there is no output: no calls, and no outcome."""
    error: str = ""
    """Of a FAILED execution: the name of the error, which says what it was that failed."""
    notifications: int = Field(default=1, ge=0)
    """How many SNS sends."""
    rings: int | None = Field(default=None, ge=0)
    """How many calls Connect places; None is not looked at."""
    further: list[str] = Field(default_factory=list)
    """The outcome of the execution that each further delivery of the event starts."""


class Story(BaseModel):
    """One story, as its file says it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: str
    team: str = "default"
    event: str | dict[str, Any] = "root-sign-in"
    roster: str | dict[str, Any]
    phones: dict[str, Any] = Field(default_factory=dict)
    faults: tuple[Annotated[Fault, BeforeValidator(_fault)], ...] = ()
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
        """The event that starts the page."""
        if isinstance(self.event, dict):
            return self.event
        return read_event(EVENTS / f"{self.event}.json")

    def roster_read(self) -> Roster | None:
        """The roster as it is understood; None where the story is about one that is not."""
        try:
            return parse(self.roster_text)
        except RosterError:
            return None

    def names_by_number(self) -> dict[str, str]:
        """Say whose phone each number is."""
        roster = self.roster_read()
        contacts = roster.contacts if roster else ()
        return {number: one.name for one in contacts for number in one.phones}

    def phones_by_number(self) -> dict[str, Phone]:
        """Say which phone does what; raises StoryError for a phone that nobody has.

        Where the story says of no phone what it does, all ring unanswered but those of the
        last contact, who presses 1.
        """
        names = self.names_by_number()
        if not self.phones and names:
            last = list(names.values())[-1]
            return {number: Press() for number, name in names.items() if name == last}
        found: dict[str, Phone] = {}
        for who, script in self.phones.items():
            phone = _phone(who, script)
            theirs = [number for number, name in names.items() if who in (number, name)]
            if not theirs:
                raise StoryError(f"phones: the roster has neither contact nor number {who!r}")
            found |= dict.fromkeys(theirs, phone)
        return found

    def gate(self) -> Gate:
        """Give what is to go wrong, ready to strike.

        Raises:
            StoryError: a fault strikes the calls of a contact whom the roster has not.
        """
        names = self.names_by_number()
        for number, fault in enumerate(self.faults, start=1):
            if fault.contact and fault.contact not in names.values():
                raise StoryError(f"faults: number {number}: the roster has no {fault.contact!r}")
        return Gate(self.faults, names, self.seed)

    @property
    def further_deliveries(self) -> int:
        """How often EventBridge delivers the event again."""
        return sum(fault.times or 1 for fault in self.faults if fault.service == OF_EVENTS)


def read_story(path: Path) -> Story:
    """Read a story file; raises StoryError."""
    yaml = YAML(typ="safe", pure=True)
    try:
        return Story.model_validate(yaml.load(path.read_text()))
    except OSError as error:
        raise StoryError(f"{path}: {error.strerror}") from None
    except YAMLError as error:
        raise StoryError(f"{path}: not YAML: {' '.join(str(error).split())}") from None
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"])) or "story"
        said = first["msg"].removeprefix("Value error, ")
        raise StoryError(f"{path}: {where}: {said}") from None


def read_event(path: Path) -> dict[str, Any]:
    """Read an event file; raises StoryError."""
    try:
        event = json.loads(path.read_text())
    except OSError as error:
        raise StoryError(f"{path}: {error.strerror}") from None
    except ValueError as error:
        raise StoryError(f"{path}: not JSON: {error}") from None
    if not isinstance(event, dict):
        raise StoryError(f"{path}: not an event: a JSON object is expected")
    return event


def story_names() -> list[str]:
    """Name the stories that there are."""
    return sorted(path.stem for path in STORIES.glob("*.yaml"))


def _phone(who: str, script: Any) -> Phone:  # noqa: ANN401 - whatever YAML gave
    scripts = script if isinstance(script, list) else [script]
    try:
        phones = [parse_phone(one) for one in scripts]
    except PhoneError as error:
        raise StoryError(f"phones: {who}: {error}") from None
    return phones[0] if len(phones) == 1 else Turns(tuple(phones))
