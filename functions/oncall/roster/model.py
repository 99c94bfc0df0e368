"""A roster that has been read: who can be called, in which order, how."""

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Contact:
    """A person who can be called.

    Attributes:
        name: unique in the roster, also without regard to case and spacing.
        phones: E.164 numbers, tried in order.
        language: tag of the language to speak, such as `zh-CN`.
    """

    name: str
    phones: tuple[str, ...]
    language: str


@dataclass(frozen=True, slots=True)
class Rotation:
    """Contacts who take turns.

    Attributes:
        name: unique among contacts and rotations.
        members: names of contacts, at least one, in the order of their turns.
        starts: when the first member's first turn begins: local time of the roster's zone.
        every: length of a turn on the local clock, so that a day is a day across a change
            of daylight-saving time.
    """

    name: str
    members: tuple[str, ...]
    starts: datetime
    every: timedelta


@dataclass(frozen=True, slots=True)
class Override:
    """Somebody who stands in for a while.

    Attributes:
        starts: local time of the roster's zone, from when it applies.
        until: local time of the roster's zone, from when it no longer applies.
        replaced: name of the contact or rotation that is not called meanwhile.
        substitute: name of the contact who is called instead.
    """

    starts: datetime
    until: datetime
    replaced: str
    substitute: str


@dataclass(frozen=True, slots=True)
class Roster:
    """A team's on-call list, with every default filled in.

    Attributes:
        timezone: IANA name.
        language: tag of the language of contacts that name none.
        contacts: at least one, in the order written.
        escalation: at least one name of a contact or rotation, in the order to call.
        rounds: times through the escalation.
        ring_seconds: how long a phone rings before the next is tried.
        rotations: each of them in the escalation.
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
        """The contact of that name; raises LookupError if there is none."""
        for contact in self.contacts:
            if contact.name == name:
                return contact
        raise LookupError(name)

    def rotation(self, name: str) -> Rotation | None:
        """The rotation of that name; None if there is none."""
        return next((rotation for rotation in self.rotations if rotation.name == name), None)
