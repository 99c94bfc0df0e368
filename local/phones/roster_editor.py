"""The roster on the page: read from SSM, saved through SSM, judged by the project's own guard."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from oncall.roster.fallback import LAST_GOOD
from oncall.roster.parsing.errors import RosterError
from oncall.roster.parsing.parser import parse

if TYPE_CHECKING:
    from local.emulator.sns_inbox import Notification
    from local.emulator.system import LocalSystem
    from local.phones.event_stream import Feed

#: How validate_roster says what is wrong: oncall.roster.parsing.errors.
_PROBLEM = re.compile(r"^line (\d+), column (\d+): (.*)$", re.MULTILINE)
_REFUSED = re.compile(r"roster of (\S+): version (\d+) refused")


class RosterDesk:
    """Tells the feed of the roster as it is saved, and of what validate_roster says of it.

    Args:
        system: where it is saved.
        feed: told of each version and of its label (`roster`), of the phones that a good one
            has (`contacts`), and of what is wrong with another (`roster-refused`).
    """

    def __init__(self, system: LocalSystem, feed: Feed) -> None:
        self._system = system
        self._feed = feed
        self._told: tuple[int, int] = (0, 0)

    def save(self, text: str) -> None:
        """Save it, good or not, as an operator does.

        Raises:
            ClientError: SSM does not take the text at all; botocore's ParamValidationError too.
        """
        self._system.save_roster(text)

    def look(self) -> None:
        """Tell what is new in SSM, whoever has saved it."""
        name, ssm = self._system.roster_name(), self._system.client("ssm")
        try:
            latest = ssm.get_parameter(Name=name)["Parameter"]
        except ssm.exceptions.ParameterNotFound:
            return
        state = (int(latest["Version"]), self._labelled(name))
        if state == self._told:
            return
        if state[0] != self._told[0] and (contacts := contacts_of(latest["Value"])):
            self._feed.say("contacts", contacts=contacts)
        self._told = state
        self._feed.say("roster", version=state[0], good=state[1], text=latest["Value"])

    def heard(self, report: Notification) -> None:
        """Take what SNS has sent about a roster."""
        if refused := _REFUSED.search(report.subject):
            self._feed.say(
                "roster-refused",
                team=refused[1],
                version=int(refused[2]),
                problems=problems_in(report.message),
            )

    def _labelled(self, name: str) -> int:
        """Give the version that validate_roster has found good last; 0 for none."""
        ssm = self._system.client("ssm")
        try:
            found = ssm.get_parameter(Name=f"{name}:{LAST_GOOD}")
        except (ssm.exceptions.ParameterVersionNotFound, ssm.exceptions.ParameterNotFound):
            return 0
        return int(found["Parameter"]["Version"])


def contacts_of(text: str) -> list[dict[str, Any]]:
    """Give the contacts of a roster, in its order, with their numbers; none of a bad one."""
    try:
        roster = parse(text)
    except RosterError:
        return []
    return [
        {"name": one.name, "language": one.language, "numbers": list(one.phones)}
        for one in roster.contacts
    ]


def problems_in(message: str) -> list[dict[str, Any]]:
    """Give what validate_roster's message lists: `line` and `column`, from 1, and `what`."""
    return [
        {"line": int(line), "column": int(column), "what": what}
        for line, column, what in _PROBLEM.findall(message)
    ]
