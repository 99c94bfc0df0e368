"""A parsed roster: who can be called, in which order, and how."""

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Contact:
    """A person who can be called.

    Attributes:
        name: unique in the roster, even ignoring case and spacing.
        phones: E.164 numbers, tried in order.
        language: tag of the language to speak, such as `zh-CN`.
    """

    name: str
    phones: tuple[str, ...]
    language: str


@dataclass(frozen=True, slots=True)
class Rotation:
    """Contacts who take turns being on call.

    Attributes:
        name: unique among contacts and rotations.
        members: names of contacts, at least one, in the order of their turns.
        starts: start of the first member's first turn, in the roster's time zone.
        every: length of a turn in local time: a day is a day across a clock change.
    """

    name: str
    members: tuple[str, ...]
    starts: datetime
    every: timedelta


@dataclass(frozen=True, slots=True)
class Override:
    """A temporary replacement.

    Attributes:
        starts: when it begins to apply, in the roster's time zone.
        until: when it ceases to apply, in the roster's time zone.
        replaced: name of the contact or rotation that is not called during that time.
        substitute: name of the contact who is called instead.
    """

    starts: datetime
    until: datetime
    replaced: str
    substitute: str


@dataclass(frozen=True, slots=True)
class Roster:
    """A team's roster, with every default filled in.

    Attributes:
        timezone: IANA name.
        language: tag of the default language of contacts.
        contacts: at least one, in the order written.
        escalation: at least one name of a contact or rotation, in the order to call.
        rounds: how often the escalation is repeated, the first time included.
        ring_seconds: how long a phone rings before the next is tried.
        rotations: all of them in the escalation.
        overrides: no two of them replace the same name at the same time.
    """

    timezone: str
    language: str
    contacts: tuple[Contact, ...]
    escalation: tuple[str, ...]
    rounds: int
    ring_seconds: int
    rotations: tuple[Rotation, ...] = ()
    overrides: tuple[Override, ...] = ()

    def contact(self, name: str) -> Contact:
        """Return the contact with a name; raises LookupError if there is none."""
        for contact in self.contacts:
            if contact.name == name:
                return contact
        raise LookupError(name)

    def rotation(self, name: str) -> Rotation | None:
        """Return the rotation with a name; None if there is none."""
        return next((rotation for rotation in self.rotations if rotation.name == name), None)
