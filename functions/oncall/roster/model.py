"""A roster that has been read: who can be called, in which order, how."""

from dataclasses import dataclass


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
class Roster:
    """A team's on-call list, with every default filled in.

    Attributes:
        timezone: IANA name.
        language: tag of the language of contacts that name none.
        contacts: at least one, in the order written.
        escalation: at least one name, in the order to call.
        rounds: times through the escalation.
        ring_seconds: how long a phone rings before the next is tried.
    """

    timezone: str
    language: str
    contacts: tuple[Contact, ...]
    escalation: tuple[str, ...]
    rounds: int
    ring_seconds: int

    def contact(self, name: str) -> Contact:
        """The contact of that name; raises LookupError if there is none."""
        for contact in self.contacts:
            if contact.name == name:
                return contact
        raise LookupError(name)
