"""The roster on the web page: read from and saved to SSM, validated by validate_roster."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from oncall.roster.fallback import LAST_GOOD
from oncall.roster.model import RosterError
from oncall.roster.parsing.parser import parse

if TYPE_CHECKING:
    from local.emulator.sns_inbox import Notification
    from local.emulator.system import LocalSystem
    from local.phones.event_stream import EventStream

#: The messages of validate_roster: oncall.roster.parsing.errors and validation_report.
_PROBLEM = re.compile(r"^line (\d+), column (\d+): (.*)$", re.MULTILINE)
REJECTED_SUBJECT = re.compile(r"roster of (\S+): version (\d+) rejected")


class RosterEditor:
    """Publishes the saved roster of the fallback team, and the result of its validation.

    Other teams have no roster, so their pages use this one.

    Publishes each version and its label (`roster`), the phones of a valid one (`contacts`), and the
    problems of an invalid one (`roster_rejected`).
    """

    def __init__(self, system: LocalSystem, stream: EventStream) -> None:
        self._system = system
        self._stream = stream
        self._published: tuple[int, int] = (0, 0)

    def save(self, text: str) -> None:
        """Save the text without validating it, as an operator could in AWS.

        Raises:
            ClientError, ParamValidationError: SSM does not accept the text.
        """
        self._system.save_roster(text, self._system.fallback_team)

    def poll(self) -> None:
        """Publish what is new in SSM, including versions that were saved elsewhere."""
        name = self._system.roster_name(self._system.fallback_team)
        ssm = self._system.client("ssm")
        try:
            latest = ssm.get_parameter(Name=name)["Parameter"]
        except ssm.exceptions.ParameterNotFound:
            return
        version, last_good = int(latest["Version"]), self._last_good_version(name)
        if (version, last_good) == self._published:
            return
        if version != self._published[0] and (contacts := contacts_of(latest["Value"])):
            self._stream.publish("contacts", contacts=contacts)
        self._published = version, last_good
        self._stream.publish("roster", version=version, last_good=last_good, text=latest["Value"])

    def handle_report(self, report: Notification) -> None:
        """Publish the problems if a notification of validate_roster rejects a version."""
        if rejected := REJECTED_SUBJECT.search(report.subject):
            self._stream.publish(
                "roster_rejected",
                team=rejected[1],
                version=int(rejected[2]),
                problems=problems_in(report.message),
            )

    def _last_good_version(self, name: str) -> int:
        """Return the version with validate_roster's last-good label; 0 if there is none."""
        ssm = self._system.client("ssm")
        try:
            labeled = ssm.get_parameter(Name=f"{name}:{LAST_GOOD}")
        except (ssm.exceptions.ParameterVersionNotFound, ssm.exceptions.ParameterNotFound):
            return 0
        return int(labeled["Parameter"]["Version"])


def contacts_of(text: str) -> list[dict[str, Any]]:
    """List the contacts of a roster with their numbers, in its order; none if it is invalid."""
    try:
        roster = parse(text)
    except RosterError:
        return []
    return [
        {"name": contact.name, "language": contact.language, "numbers": list(contact.phones)}
        for contact in roster.contacts
    ]


def problems_in(report: str) -> list[dict[str, Any]]:
    """List the problems in a report of validate_roster: `line` and `column` from 1, `message`."""
    return [
        {"line": int(line), "column": int(column), "message": message}
        for line, column, message in _PROBLEM.findall(report)
    ]
