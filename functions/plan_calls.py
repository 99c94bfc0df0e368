"""Read the roster and plan the calls: their order, language and message."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from adapters.aws_clients import client
from adapters.incident_store import incident_table
from adapters.logger import log
from adapters.metrics import Datum, Metric, emf_fields
from adapters.open_incidents import collect_open_incidents, telephony
from adapters.roster_reader import cache_roster, roster_name, select_page_roster
from oncall.calls.call import PagePlan, Progress
from oncall.calls.planner import plan_page, with_roster_provenance
from oncall.incident import Incident
from oncall.roster.fallback import NoUsableRoster
from oncall.roster.schedule import is_covered

ssm = client("ssm")
dynamodb = client("dynamodb")


def handler(event: Mapping[str, Any], _context: object) -> dict[str, object]:
    """Plan the calls of one page.

    Args:
        event: `incident`, `execution` (ARN), `started` (ISO 8601; a retry plans the same
            because this time decides who is on call), `hold`, `team_lock`.

    Returns:
        `incident`, `plan`, `announcement`, and the initial `progress`. Without any usable roster,
        the plan has no calls and `progress.reason` is why.

    Raises:
        ClientError: SSM fails, there is no cached roster, and a retry may succeed; botocore's
            connection errors too.
    """
    incident = Incident.from_state(event["incident"])
    name = roster_name(incident.team)
    held = timedelta(seconds=event.get("hold", {}).get("waited_seconds", 0))
    at = datetime.fromisoformat(event["started"]) + held
    incident, selected = select_page_roster(ssm, dynamodb, incident, at)
    if isinstance(selected, NoUsableRoster):
        return no_calls(event, incident, name, selected)
    cache_roster(dynamodb, incident, selected)
    call_first = event["team_lock"].get("call_first", "")
    plan = plan_page(incident, selected.roster, at, telephony=telephony(), call_first=call_first)
    log(
        "WARNING" if selected.fallback_reason else "INFO",
        "calls planned from an earlier roster" if selected.fallback_reason else "calls planned",
        incident_id=incident.id,
        roster=name,
        version=selected.stored.version,
        source=selected.source,
        reason=selected.fallback_reason,
        calls=len(plan.calls),
        hours_ignored=not is_covered(selected.roster, at),
        **(emf_fields(Datum(Metric.ROSTER_FALLBACK)) if selected.fallback_reason else {}),
    )
    return build_result(event, incident, with_roster_provenance(plan, selected), Progress())


def no_calls(
    event: Mapping[str, Any], incident: Incident, name: str, found: NoUsableRoster
) -> dict[str, object]:
    """Return a plan of no calls, or raise if a retry may succeed."""
    reason = f"the roster {name} cannot be used: {found.reason}"
    # Do not count a lost page yet if Step Functions will retry.
    lost = [] if incident.drill or found.error else [Datum(Metric.NOBODY_CALLED)]
    cause = Metric.DEPENDENCY_ERRORS if found.error else Metric.ROSTER_UNUSABLE
    metrics = emf_fields(Datum(cause), *lost)
    log(
        "ERROR", "roster not usable", incident_id=incident.id, roster=name, reason=reason, **metrics
    )
    if found.error:
        raise found.error
    return build_result(event, incident, PagePlan(), Progress(reason=reason))


def build_result(
    event: Mapping[str, Any], incident: Incident, plan: PagePlan, progress: Progress
) -> dict[str, object]:
    """Return the state for the first call."""
    table = incident_table(dynamodb)
    incident, announcement = collect_open_incidents(table, incident, plan, event["execution"])
    return {
        "incident": incident.to_state(),
        "plan": plan.to_state(),
        "announcement": announcement.to_state(),
        "progress": progress.to_state(),
    }
