"""What the matching rule adds to an event: team, severity, and the fields that identify it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from oncall.events.callout_page import SOURCE
from oncall.events.envelope import at, items, text
from oncall.events.pattern_matching import matches, with_origin
from oncall.incident import SEVERITIES, Incident, is_token


def unwrap(state_input: object) -> tuple[object, object]:
    """Split the input of the state machine into the event and the trigger.

    A rule whose trigger adds something wraps the event (workflow/trigger_rules.py); other rules,
    and executions started by hand, pass the event itself.
    """
    if isinstance(state_input, Mapping) and set(state_input) == {"event", "trigger"}:
        return state_input["event"], state_input["trigger"]
    return state_input, None


def apply_trigger_overrides(incident: Incident, event: object, trigger: object) -> Incident:
    """Return the incident with the team and severity of its trigger.

    Those in Callout's own events take precedence. Invalid values are ignored.
    """
    trigger = select_route(trigger, event)
    own = at(event, "detail") if incident.kind == "page" else None
    team, severity = at(trigger, "team"), at(trigger, "severity")
    if _is_team(team) and not (_is_team(at(own, "team")) or incident.requested_team):
        incident = replace(incident, team=str(team))
    if severity in SEVERITIES and text(at(own, "severity")).lower() not in SEVERITIES:
        incident = replace(incident, severity=str(severity))
    return incident


def select_route(trigger: object, event: object) -> object:
    """Return the first route that matches an event, or the last; a trigger without routes itself.

    The rule lets only events pass that a route matches, so the last needs no condition.
    """
    routes = list(items(at(trigger, "routes")))
    matching = (route for route in routes if matches(at(route, "when"), with_origin(event)))
    return next(matching, routes[-1] if routes else trigger)


def assign_team(
    incident: Incident, teams: Sequence[str], fallback: str, has_roster: Callable[[str], bool]
) -> Incident:
    """Return the incident with a team that can be called, and the one that cannot, if any.

    Args:
        incident: with the team of its trigger, or its own.
        teams: of the settings; a team matches in upper or lower case.
        fallback: is called in place of a team that has no roster.
        has_roster: whether there is a roster of a team that is not in the settings.
    """
    if incident.requested_team:  # no team can have this name
        return replace(incident, team=fallback)
    if incident.team in teams:
        return incident
    for team in teams:
        if team.casefold() == incident.team.casefold():
            return replace(incident, team=team)
    if has_roster(incident.team):
        return incident
    return replace(incident, team=fallback, requested_team=incident.team)


def dedup_fields(trigger: object) -> tuple[str, ...]:
    """Return the paths of the fields that identify the incident, like `detail.order_id`."""
    return tuple(path for path in items(at(trigger, "dedup_fields")) if isinstance(path, str))


def mark_drill(incident: Incident, event: object) -> Incident:
    """Return the incident, marked as a drill if the event requests one.

    Only a Page of source `callout` can, and only with the JSON value true. Anything else calls
    someone: an unnecessary page is better than one that is silenced by accident.
    """
    own = incident.kind == "page" and at(event, "source") == SOURCE
    if not own or at(event, "detail", "drill") is not True:
        return incident
    # A drill must never make a real page look like a duplicate.
    return replace(incident, drill=True, dedup_key=f"drill:{incident.dedup_key}")


def mark_elsewhere(incident: Incident, execution: str) -> Incident:
    """Return the incident with facts about what is not as in an execution's ARN.

    They are `other_account` and `other_region`.
    """
    home = dict(zip(("region", "account"), execution.split(":")[3:5], strict=False))
    away = {name for name in home if getattr(incident, name) not in ("", home[name])}
    others = {f"other_{name}": str(getattr(incident, name)) for name in sorted(away)}
    return replace(incident, facts={**incident.facts, **others})


def _is_team(value: object) -> bool:
    return isinstance(value, str) and is_token(value.strip())
