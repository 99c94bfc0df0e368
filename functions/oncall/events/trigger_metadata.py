"""What the rule that matched an event says of it: whose it is, and how severe."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from oncall.events.callout_page import SOURCE
from oncall.events.envelope import at
from oncall.incident import SEVERITIES, Incident, is_token


def unwrap(given: object) -> tuple[object, object]:
    """Take the input of the state machine apart into the event and the trigger.

    A rule that has something to say wraps the event (workflow/trigger_rules.py); every other
    rule, and a person who starts the state machine by hand, gives the event itself.
    """
    if isinstance(given, Mapping) and set(given) == {"event", "trigger"}:
        return given["event"], given["trigger"]
    return given, None


def apply_trigger_overrides(incident: Incident, event: object, trigger: object) -> Incident:
    """Give the incident with the team and severity of its trigger.

    Callout's own events may name theirs, which come first. What is not valid is passed over.
    """
    own = at(event, "detail") if incident.kind == "page" else None
    team, severity = at(trigger, "team"), at(trigger, "severity")
    if _is_team(team) and not _is_team(at(own, "team")):
        incident = replace(incident, team=str(team))
    if severity in SEVERITIES and not _is_severity(at(own, "severity")):
        incident = replace(incident, severity=str(severity))
    return incident


def mark_drill(incident: Incident, event: object) -> Incident:
    """Give the incident of an event as a drill, where the event asks for one.

    Only a Page of Callout's own source can, and only by the JSON value true: a word, a
    number, a replay or another service's event that says so rings a phone, for a page too
    many is better than one that was silenced by accident.
    """
    own = incident.kind == "page" and at(event, "source") == SOURCE
    if not own or at(event, "detail", "drill") is not True:
        return incident
    # Never what makes a real page look like one already seen.
    return replace(incident, drill=True, dedup_key=f"drill:{incident.dedup_key}")


def _is_team(value: object) -> bool:
    return isinstance(value, str) and is_token(value)


def _is_severity(value: object) -> bool:
    return isinstance(value, str) and value.strip().lower() in SEVERITIES
