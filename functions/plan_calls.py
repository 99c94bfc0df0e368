"""Read the roster and plan the calls: who, in what order, in which language, with what."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from clients import client
from logs import log
from oncall.call import Call
from oncall.incident import Incident
from oncall.language import nearest
from oncall.message import compose
from oncall.notice import calls_text, opening, subject
from oncall.phone import mask
from oncall.plan import plan_calls
from oncall.progress import Progress
from oncall.roster import Roster, RosterError, parse

if TYPE_CHECKING:
    from collections.abc import Mapping

ssm = client("ssm")


def handler(event: Mapping[str, Any], _context: object) -> dict[str, object]:
    """Plan the calls of one page.

    Args:
        event: `incident`, `execution` (ARN), `started` (ISO 8601: the instant whose
            on-call people are called, so that a retry plans the same).
        _context: not used.

    Returns:
        `incident`; `plan` with `calls` (no full number in them), `numbers` (E.164, one
        a call), `lines` (what is written of a call that faults), `count`, `messages`
        (contact attributes by language), `language` and `notice` (text for SNS); and
        the `progress` to begin with. A roster that cannot be used gives no calls and,
        in `progress.reason`, says why.

    Raises:
        ClientError: SSM fails in a way that may pass; botocore's errors likewise.
    """
    incident = Incident.from_state(event["incident"])
    name = os.environ["ROSTER_PREFIX"] + incident.team
    try:
        roster = read_roster(name)
    except (LookupError, RosterError) as problem:
        reason = f"the roster {name} cannot be used: {problem}"
        log("ERROR", "roster not usable", incident_id=incident.id, roster=name, reason=reason)
        return answer(incident, no_plan(), reason)
    plan = make_plan(incident, roster, datetime.fromisoformat(event["started"]), event["execution"])
    log("INFO", "calls planned", incident_id=incident.id, roster=name, calls=plan["count"])
    return answer(incident, plan, "")


def read_roster(name: str) -> Roster:
    """Read a team's roster; LookupError where there is none, RosterError where it is bad."""
    try:
        parameter = ssm.get_parameter(Name=name, WithDecryption=True)["Parameter"]
    except ssm.exceptions.ParameterNotFound:
        raise LookupError(f"there is no parameter {name}; save a roster there") from None
    return parse(parameter["Value"])


def answer(incident: Incident, plan: dict[str, object], reason: str) -> dict[str, object]:
    """Shape what the state machine carries on with."""
    progress = Progress(reason=reason)
    return {"incident": incident.to_state(), "plan": plan, "progress": progress.to_state()}


def no_plan() -> dict[str, object]:
    """Give a plan of no calls: the state machine then tells SNS at once."""
    return {"calls": [], "numbers": [], "lines": [], "count": 0, "messages": {}}


def make_plan(
    incident: Incident, roster: Roster, at: datetime, execution: str
) -> dict[str, object]:
    """Make the plan of a page out of a good roster."""
    planned = plan_calls(roster, at)
    talk_seconds = int(os.environ["TALK_SECONDS"])
    calls = [
        Call(
            attempt=one.attempt,
            round=one.round,
            contact=one.contact,
            phone=mask(one.phone),
            language=one.language,
            ring_seconds=one.ring_seconds,
            talk_seconds=talk_seconds,
        )
        for one in planned
    ]
    language = roster.language
    unknown = [replace(call, reason="function failed").to_state() for call in calls]
    return {
        "calls": [call.to_state() for call in calls],
        "numbers": [one.phone for one in planned],
        "lines": ["\n" + calls_text([call], language) for call in unknown],
        "count": len(calls),
        "messages": {
            spoken: compose(incident, spoken, roster.timezone)
            for spoken in sorted({call.language for call in calls})
        },
        "language": language,
        "notice": {
            "subject": subject("unanswered", incident),
            "acknowledged": nearest(language).notice.headings["acknowledged"],
            "unanswered": nearest(language).notice.headings["unanswered"],
            "incident": opening(incident, language, roster.timezone),
        },
    }
