"""A parsed roster: who can be called, in which order, and how; or the problems of its text."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from oncall.roster.hours import Hours


@dataclass(frozen=True, slots=True)
class Contact:
    """A person who can be called.

    The name is unique in the roster, even ignoring case and spacing. Phones are E.164 numbers,
    tried in order, each `attempts` times in a row; `language` is a tag such as `zh-CN`. `text`
    is whether they also get a text message. `pin` is hashed (oncall/pin.py), "" if an
    acknowledgement by callback needs none.
    """

    name: str
    phones: tuple[str, ...]
    language: str
    attempts: int = 1
    text: bool = False
    pin: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Rotation:
    """Contacts who take turns being on call; its name is unique among contacts and rotations.

    There is at least one member. The first turn starts at `starts`, in the time zone of the
    rotation, an IANA name; `every` is local time too: a day is a day across a clock change. It is
    on duty only within `hours`, always if there are none.
    """

    name: str
    members: tuple[str, ...]
    starts: datetime
    every: timedelta
    timezone: str
    hours: tuple[Hours, ...] = ()


@dataclass(frozen=True, slots=True)
class EscalationEntry:
    """The name of a contact or rotation to call in each round, the first of them `from_round`."""

    name: str
    from_round: int = 1


@dataclass(frozen=True, slots=True)
class Override:
    """A temporary replacement of a contact or rotation by another.

    It applies from `starts` until just before `until`, in the roster's time zone.
    """

    starts: datetime
    until: datetime
    replaced: str
    substitute: str


@dataclass(frozen=True, slots=True)
class QuietHours:
    """Hours in which incidents of some severities, never critical, wait.

    There is at least one of `severities` and of `hours`; `timezone` is an IANA name.
    """

    severities: tuple[str, ...]
    hours: tuple[Hours, ...]
    timezone: str


@dataclass(frozen=True, slots=True)
class Mute:
    """A period in which incidents that match a pattern wait, whatever their severity.

    `match` is a glob, as in fnmatch, that ignores case. It applies from `starts` until just before
    `until`, at most 30 days later, in the roster's time zone. A roster that omits `from` has the
    earliest possible start.
    """

    match: str
    starts: datetime
    until: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Roster:
    """A team's roster, with every default filled in.

    Attributes:
        timezone: IANA name.
        language: tag of the default language of contacts.
        contacts: at least one, in the order written.
        escalation: at least one entry for the first round, in the order to call; equal entries
            in a row call again.
        rounds: how often the escalation is repeated, the first time included.
        ring_seconds: how long a phone rings before the next is tried.
        rotations: all of them in the escalation, or substitutes in an override.
        overrides: no two of them replace the same name at the same time.
        quiet_hours: for each severity, together they leave a gap in the week.
        mutes: expired ones included.
    """

    timezone: str
    language: str
    contacts: tuple[Contact, ...]
    escalation: tuple[EscalationEntry, ...]
    rounds: int
    ring_seconds: int
    rotations: tuple[Rotation, ...] = ()
    overrides: tuple[Override, ...] = ()
    quiet_hours: tuple[QuietHours, ...] = ()
    mutes: tuple[Mute, ...] = ()

    def contact(self, name: str) -> Contact:
        """Return the contact with a name; raises LookupError if there is none."""
        for contact in self.contacts:
            if contact.name == name:
                return contact
        raise LookupError(name)

    def quiet_for(self, severity: str) -> tuple[QuietHours, ...]:
        """Return the quiet hours of a severity; none for critical."""
        return tuple(quiet for quiet in self.quiet_hours if severity in quiet.severities)

    def rotation(self, name: str) -> Rotation | None:
        """Return the rotation with a name; None if there is none."""
        return next((rotation for rotation in self.rotations if rotation.name == name), None)


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing to fix in a roster: what is wrong and how to fix it, in one line.

    `line` and `column` (in characters) count from 1. `field` is a path with indexes from 0, such as
    `contacts[1].phone`, or `roster`.
    """

    line: int
    column: int
    field: str
    message: str

    def __str__(self) -> str:
        return f"line {self.line}, column {self.column}: {self.field}: {self.message}"


class RosterError(ValueError):
    """A roster that cannot be used; its text has one line per problem, ordered by position."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(problems))
        super().__init__("\n".join(map(str, self.problems)))
