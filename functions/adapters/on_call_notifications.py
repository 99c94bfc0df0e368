"""Notify the people on call through SNS, if the setting `on_call_notices` is enabled.

The incident table records the version that the last notices were about, and up to when gaps were
reported. Without it, for example because it fails, a notice may be repeated.
"""

import os
from collections.abc import Iterator
from datetime import datetime

from adapters.aws_clients import Client
from adapters.logger import log
from adapters.roster_notifications import RosterNotifier
from adapters.roster_parameter import Parameter, read_history
from oncall.roster.fallback import parse_saved
from oncall.roster.model import Roster, RosterError
from oncall.roster.on_call_notices import CHANGES_AHEAD, change_notices, gap_notices, shift_notices

_RECORD = "on_call"


def notify_on_call(
    ssm: Client, notifier: RosterNotifier, name: str, at: datetime, *, daily: bool
) -> None:
    """Notify of edits, and once a day of shifts and gaps ahead, by the roster that pages use.

    `at` is when the daily run was scheduled, so that each shift is in exactly one of them.
    """
    try:
        versions = iter(read_history(ssm, name))  # newest first
    except ssm.exceptions.ParameterNotFound:
        return
    current = next(_valid(versions, at), None)
    if current is None:
        return
    about, roster = current
    team = name.removeprefix(os.environ["ROSTER_PREFIX"])
    record = notifier.read(team, _RECORD)
    known = record.get("about", "")
    # Before the first record, only an edit shows that the version before was in use.
    before = next(_valid(versions, at, known), None) if known or not daily else None
    notices = change_notices(before[1], roster, team, at) if before else []
    gaps_until = record.get("gaps_until", "")
    if daily:
        reported = datetime.fromisoformat(gaps_until) if gaps_until else at
        notices += shift_notices(roster, team, at)
        notices += gap_notices(roster, team, max(at, reported), at + CHANGES_AHEAD)
        gaps_until = (at + CHANGES_AHEAD).isoformat()
    for notice in notices:
        contact = {"contact": notice.contact} if notice.contact else {}
        severity = "low" if notice.contact else "high"
        notifier.publish(team, notice.report, severity=severity, outcome="on_call", **contact)
    log("INFO", "on-call notices sent", incident_id="", roster=name, notices=len(notices))
    notifier.record(team, about, _RECORD, gaps_until=gaps_until)


def _valid(
    versions: Iterator[Parameter], at: datetime, known: str = ""
) -> Iterator[tuple[str, Roster]]:
    """Yield the valid versions, or only the known one, with a text that identifies each.

    Parsing is slow, so versions that are not needed are not parsed.
    """
    for saved in versions:
        # A parameter that is deleted and saved again restarts at version 1.
        about = f"{saved['Version']} of {saved['LastModifiedDate'].timestamp()}"
        if known in ("", about):
            try:
                yield about, parse_saved(saved["Value"], at)
            except RosterError:
                continue
