"""Read the roster and plan the calls: who, in what order, in which language, with what."""

from __future__ import annotations

import os
from datetime import datetime
from typing import TYPE_CHECKING, Any

from clients import client
from logs import log
from metrics import Measure, Metric, measured
from oncall.incident import Incident
from oncall.page import PagePlan, Telephony, plan_page
from oncall.progress import Progress
from oncall.roster import Roster, RosterError, parse

if TYPE_CHECKING:
    from collections.abc import Mapping

ssm = client("ssm")


def handler(event: Mapping[str, Any], _context: object) -> dict[str, object]:
    """Plan the calls of one page.

    Args:
        event: `incident`, `execution` (ARN), `started` (ISO 8601: the moment whose
            on-call people are called, so that a retry plans the same).
        _context: not used.

    Returns:
        `incident`, `plan`, and the `progress` to begin with. A roster that cannot be used gives a
        plan of no calls and says why in `progress.reason`.

    Raises:
        ClientError: SSM fails in a way that may pass; botocore's connection errors too.
    """
    incident = Incident.from_state(event["incident"])
    name = os.environ["ROSTER_PREFIX"] + incident.team
    try:
        roster = read_roster(name)
    except (LookupError, RosterError) as problem:
        reason = f"the roster {name} cannot be used: {problem}"
        log(
            "ERROR",
            "roster not usable",
            incident_id=incident.id,
            roster=name,
            reason=reason,
            **counted(incident),
        )
        return answer(incident, PagePlan(), Progress(reason=reason))
    plan = plan_page(
        incident,
        roster,
        datetime.fromisoformat(event["started"]),
        execution=event["execution"],
        telephony=Telephony(
            talk_seconds=int(os.environ["TALK_SECONDS"]),
            message_attribute=os.environ["MESSAGE_ATTRIBUTE"],
            acknowledge=os.environ["ACKNOWLEDGE"],
        ),
    )
    log("INFO", "calls planned", incident_id=incident.id, roster=name, calls=len(plan.calls))
    return answer(incident, plan, Progress())


def counted(incident: Incident) -> dict[str, object]:
    """Count a roster that cannot be used, and the page that therefore reaches nobody."""
    lost = [] if incident.drill else [Measure(Metric.NOBODY_CALLED)]
    return measured(Measure(Metric.ROSTER_UNUSABLE), *lost)


def answer(incident: Incident, plan: PagePlan, progress: Progress) -> dict[str, object]:
    """Give the whole state that the calls begin with."""
    return {
        "incident": incident.to_state(),
        "plan": plan.to_state(),
        "progress": progress.to_state(),
    }


def read_roster(name: str) -> Roster:
    """Read a team's roster; LookupError where there is none, RosterError where it is bad."""
    try:
        parameter = ssm.get_parameter(Name=name, WithDecryption=True)["Parameter"]
    except ssm.exceptions.ParameterNotFound:
        raise LookupError(f"there is no parameter {name}; save a roster there") from None
    return parse(parameter["Value"])
