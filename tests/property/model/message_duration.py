"""What the calls of a scenario say: it decides how long a callee has for a key."""

from __future__ import annotations

from typing import TYPE_CHECKING

from local.simulation.event_rules import on_the_bus
from oncall.events.parse_event import incident_from_event
from oncall.incident import Incident
from oncall.messages.voice_message import compose
from tests.state_machine import definition

if TYPE_CHECKING:
    from collections.abc import Mapping

    from local.scenarios.scenario import Scenario

#: Contact attributes by language.
Messages = dict[str, dict[str, str]]


def messages(scenario: Scenario, at: str) -> Messages:
    """Give the contact attributes of a scenario's calls."""
    event = on_the_bus(scenario.event_sent, "event", at)
    return _by_language(scenario, incident_from_event(event, fallback_id="-", fallback_time=at))


def fallback_messages(scenario: Scenario, at: str) -> Messages:
    """Give them for the incident that stands in for an event that could not be read."""
    incident: Mapping[str, object] = definition.load_definition()["States"]["UseFallbackIncident"][
        "Parameters"
    ]["incident"]
    return _by_language(scenario, Incident.from_state({**incident, "time": at}))


def _by_language(scenario: Scenario, incident: Incident) -> Messages:
    roster = scenario.roster_read()
    if roster is None:
        return {}
    languages = {contact.language for contact in roster.contacts}
    return {language: compose(incident, language, roster.timezone) for language in languages}
