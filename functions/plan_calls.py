"""Read the roster and plan the calls: who, in what order, in which language, with what."""

from __future__ import annotations

import os
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from adapters.aws_clients import client
from adapters.incident_store import IncidentTable
from adapters.logger import log
from adapters.metrics import Measure, Metric, measured
from adapters.open_incidents import gathered, telephony
from oncall.calls.plan import PagePlan
from oncall.calls.planner import plan_page, planned_from
from oncall.calls.progress import Progress
from oncall.incident import Incident
from oncall.roster.fallback import LAST_GOOD, REFUSALS, Fault, Missing, Nothing, Saved, choose

if TYPE_CHECKING:
    from collections.abc import Mapping

    from oncall.roster.fallback import Chosen, Found

ssm = client("ssm")
dynamodb = client("dynamodb")

#: Seconds after which the table forgets a copy. A daily drill renews it; a team that has had
#: neither page nor drill for so long has moved on, and its numbers should not stay.
COPY_KEPT_SECONDS = 90 * 24 * 60 * 60


def handler(event: Mapping[str, Any], _context: object) -> dict[str, object]:
    """Plan the calls of one page.

    Args:
        event: `incident`, `execution` (ARN), `started` (ISO 8601: the moment whose
            on-call people are called, so that a retry plans the same), `line`.
        _context: not used.

    Returns:
        `incident`, `plan` (whom to call), `said` (what they are told), and the `progress` to
        begin with. Without any roster that can be used, a plan of no calls, and why in
        `progress.reason`.

    Raises:
        ClientError: SSM fails in a way that may pass, and no copy is kept; botocore's
            connection errors too.
    """
    incident = Incident.from_state(event["incident"])
    name = os.environ["ROSTER_PREFIX"] + incident.team
    chosen = choose(
        latest=lambda: saved(name),
        last_good=lambda: saved(f"{name}:{LAST_GOOD}"),
        copy=lambda: kept(incident.team),
    )
    if isinstance(chosen, Nothing):
        return no_calls(event, incident, name, chosen)
    keep(incident, chosen)
    plan = planned_from(planned(event, incident, chosen), chosen)
    log(
        "WARNING" if chosen.why else "INFO",
        "calls planned by an earlier roster" if chosen.why else "calls planned",
        incident_id=incident.id,
        roster=name,
        version=chosen.saved.version,
        source=chosen.source,
        reason=chosen.why,
        calls=len(plan.calls),
        **(measured(Measure(Metric.ROSTER_FALLBACK)) if chosen.why else {}),
    )
    return answer(event, incident, plan, Progress())


def planned(event: Mapping[str, Any], incident: Incident, chosen: Chosen) -> PagePlan:
    """Plan the page by the roster that was chosen."""
    return plan_page(
        incident,
        chosen.roster,
        datetime.fromisoformat(event["started"]),
        telephony=telephony(),
        first=event["line"].get("first", ""),
    )


def no_calls(
    event: Mapping[str, Any], incident: Incident, name: str, nothing: Nothing
) -> dict[str, object]:
    """Give the plan of no calls; or raise, where trying again may help."""
    reason = f"the roster {name} cannot be used: {nothing.reason}"
    # Where the state machine tries again, it is not known yet that nobody is called.
    lost = [] if incident.drill or nothing.fault else [Measure(Metric.NOBODY_CALLED)]
    unusable = Metric.FAULTS if nothing.fault else Metric.ROSTER_UNUSABLE
    log(
        "ERROR",
        "roster not usable",
        incident_id=incident.id,
        roster=name,
        reason=reason,
        **measured(Measure(unusable), *lost),
    )
    if nothing.fault:
        raise nothing.fault
    return answer(event, incident, PagePlan(), Progress(reason=reason))


def answer(
    event: Mapping[str, Any], incident: Incident, plan: PagePlan, progress: Progress
) -> dict[str, object]:
    """Give the whole state that the calls begin with."""
    table = IncidentTable(dynamodb, os.environ["INCIDENT_TABLE"])
    return {
        "incident": incident.to_state(),
        "plan": plan.to_state(),
        "said": gathered(table, incident, plan, event["execution"]).to_state(),
        "progress": progress.to_state(),
    }


def saved(name: str) -> Found:
    """Read a roster from SSM.

    Args:
        name: of the parameter, and `:label` for a version that has it.
    """
    try:
        parameter = ssm.get_parameter(Name=name, WithDecryption=True)["Parameter"]
    except (ssm.exceptions.ParameterNotFound, ssm.exceptions.ParameterVersionNotFound):
        # Which of the two a label that is not there leads to: those who play SSM disagree, and
        # AWS itself was not asked.
        if name.endswith(f":{LAST_GOOD}"):
            return Missing(f"no version is labelled {LAST_GOOD}")
        return Missing(f"there is no parameter {name}; save a roster there")
    except (ClientError, BotoCoreError) as error:
        said = reason_of(error)
        return Fault(error, f"SSM did not give {name} ({said})", refused=said in REFUSALS)
    return Saved(parameter["Value"], parameter["Version"])


def kept(team: str) -> Found:
    """Read the copy of a team's roster that the last page kept."""
    try:
        item = dynamodb.get_item(
            TableName=os.environ["INCIDENT_TABLE"],
            Key={"pk": {"S": f"roster#{team}"}, "sk": {"S": "copy"}},
        ).get("Item")
    except (ClientError, BotoCoreError) as error:
        return Fault(error, f"the incident table did not give the copy ({reason_of(error)})")
    if not item:
        return Missing("no copy of a roster is kept")
    at = datetime.fromtimestamp(int(item["kept_at"]["N"]), UTC)
    return Saved(item["text"]["S"], int(item["version"]["N"]), f"{at:%Y-%m-%d %H:%M} UTC")


def keep(incident: Incident, chosen: Chosen) -> None:
    """Keep a copy of the roster for when SSM is down; that it cannot be kept hinders nothing.

    Its size is bounded by the reading of it, its secrecy is that of the table.
    """
    if chosen.saved.kept:  # it is the copy
        return
    now = int(time.time())
    try:
        dynamodb.put_item(
            TableName=os.environ["INCIDENT_TABLE"],
            Item={
                "pk": {"S": f"roster#{incident.team}"},
                "sk": {"S": "copy"},
                "text": {"S": chosen.saved.text},
                "version": {"N": str(chosen.saved.version)},
                "kept_at": {"N": str(now)},
                "expires_at": {"N": str(now + COPY_KEPT_SECONDS)},
            },
        )
    except (ClientError, BotoCoreError) as error:
        log(
            "WARNING",
            "roster not kept for when SSM is down",
            incident_id=incident.id,
            reason=reason_of(error),
            **measured(Measure(Metric.FAULTS)),
        )


def reason_of(error: ClientError | BotoCoreError) -> str:
    """Name an AWS error without its text, which may quote the request."""
    if isinstance(error, ClientError):
        return str(error.response["Error"]["Code"])
    return type(error).__name__
