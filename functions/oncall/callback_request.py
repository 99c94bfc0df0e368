"""A callback: what the contact flow sends, who the caller is, and what may be acknowledged.

Event format: https://docs.aws.amazon.com/connect/latest/adminguide/connect-lambda-functions.html
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote

from oncall.calls.call import ACKNOWLEDGED, DECLINED
from oncall.events.envelope import at
from oncall.incident import SEVERITIES
from oncall.pin import check_pin

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from oncall.incident import Incident
    from oncall.incident_record import Record
    from oncall.roster.model import Contact, Roster

#: What the flow sends as `incidents` if none was announced: its attributes cannot be empty.
NO_INCIDENTS = "-"
#: Characters of `incidents`; a call announces about ten, each of about 100.
MAX_INCIDENTS_LENGTH = 4096

_E164 = re.compile(r"\+[1-9][0-9]{6,14}", re.ASCII)


@dataclass(frozen=True)
class CallbackRequest:
    """What the contact flow asks for.

    Attributes:
        number: the caller's, E.164; "" if it is hidden or malformed. It can be forged.
        step: `look_up`, or `answer`.
        answer: `acknowledged` or `declined`, after a key; "" otherwise.
        incidents: team and ID of the announced incidents.
        pin: the digits entered; "" if none was asked for.
    """

    number: str
    step: str
    answer: str = ""
    incidents: tuple[tuple[str, str], ...] = ()
    pin: str = ""

    @property
    def teams(self) -> list[str]:
        """The teams of the incidents."""
        return [team for team, _ in self.incidents]


@dataclass(frozen=True)
class Match:
    """A contact with the caller's number, on the roster of a team."""

    team: str
    contact: Contact
    roster: Roster


def read_request(event: object) -> CallbackRequest:
    """Read a request; missing, malformed and unknown values are empty."""
    number = at(event, "Details", "ContactData", "CustomerEndpoint", "Address")

    def parameter(name: str, *allowed: str) -> str:
        value = at(event, "Details", "Parameters", name)
        return value if isinstance(value, str) and (value in allowed or not allowed) else ""

    return CallbackRequest(
        number=number if isinstance(number, str) and _E164.fullmatch(number) else "",
        step=parameter("step", "look_up", "answer"),
        answer=parameter("answer", ACKNOWLEDGED, DECLINED),
        incidents=_read_incidents(parameter("incidents")),
        pin=parameter("pin"),
    )


def write_incidents(incidents: Sequence[Incident]) -> str:
    """Return announced incidents as text that the flow sends back."""
    pairs = (f"{incident.team}/{quote(incident.id, safe='')}" for incident in incidents)
    return " ".join(pairs)[:MAX_INCIDENTS_LENGTH] or NO_INCIDENTS


def find_matches(rosters: Mapping[str, Roster], number: str) -> list[Match]:
    """Return the first contact with a number on each team's roster."""
    found = []
    for team, roster in rosters.items():
        contacts = [contact for contact in roster.contacts if number in contact.phones]
        found += [Match(team, contact, roster) for contact in contacts[:1]]
    return found


def choose_open(records: Sequence[Record]) -> list[Incident]:
    """Return the open incidents of the caller's teams, most severe and oldest first.

    Tests are announced only if there is nothing else: a call announces either tests or none.
    """
    real = [record for record in records if not record.incident.test] or records
    ranked = sorted(real, key=lambda each: (SEVERITIES.index(each.incident.severity), each.opened))
    return [record.incident for record in ranked]


def needs_pin(announced: Sequence[Match]) -> bool:
    """Return whether an acknowledgement for these teams needs a PIN."""
    return any(match.contact.pin for match in announced)


def teams_with_pin(announced: Sequence[Match], pin: str) -> set[str]:
    """Return the teams whose contact has this PIN; each stored PIN is checked once."""
    stored = {match.contact.pin for match in announced} - {""}
    right = {each for each in stored if check_pin(pin, each)}
    return {match.team for match in announced if match.contact.pin in right}


def _read_incidents(text: str) -> tuple[tuple[str, str], ...]:
    if len(text) > MAX_INCIDENTS_LENGTH:
        return ()
    pairs = (each.split("/") for each in text.split(" "))
    return tuple((pair[0], unquote(pair[1])) for pair in pairs if len(pair) > 1)
