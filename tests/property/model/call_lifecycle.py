"""What a call speaks, and what the phone does with it if the page does not end it.

The deployed contact flow plays the call; the message determines how long the callee has for a key.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from local.asl.transitions import load_definition
from local.connect.flow_interpreter import InterpretedFlow
from local.connect.simulated_call import Call, CallRequest
from local.scenarios.sent_event import as_delivered
from oncall.events.parse_event import incident_from_event
from oncall.incident import Incident
from oncall.messages.voice_message import compose
from workflow.contact_flow.flow import contact_flow, content

if TYPE_CHECKING:
    from collections.abc import Mapping

    from local.connect.simulated_phones import CallScript
    from local.scenarios.scenario import Scenario

RESPONSE = "response"
#: Contact attributes by language.
Messages = dict[str, dict[str, str]]


@dataclass(frozen=True)
class CallLifecycle:
    """A call until its own end, in seconds since it was placed; infinity for never."""

    busy: bool
    answered_at: float
    response: str  # the first of `acknowledged` and `declined`, or ""
    responded_at: float  # when the response was stored
    ended_at: float


def play_call(call_script: CallScript, attributes: Mapping[str, str]) -> CallLifecycle:
    """Play a call until its own end."""
    call = Call(CallRequest("", "", attributes), call_script, _flow(), placed_at=0.0)
    call.advance(math.inf)
    stored = (entry.at for entry in call.entries if RESPONSE in call.attributes_at(entry.at))
    return CallLifecycle(
        busy=call_script.busy,
        answered_at=math.inf if call.connected_at is None else call.connected_at,
        response=call.attributes.get(RESPONSE, ""),
        responded_at=next(stored, math.inf),
        ended_at=math.inf if call.ended_at is None else call.ended_at,
    )


@cache
def _flow() -> InterpretedFlow:
    return InterpretedFlow(content(contact_flow()))


def messages(scenario: Scenario, at: str) -> Messages:
    """Return the contact attributes of a scenario's calls."""
    event = as_delivered(scenario.event_sent, "event", at, replay=scenario.replay)
    return _by_language(scenario, incident_from_event(event, fallback_id="-", fallback_time=at))


def fallback_messages(scenario: Scenario, at: str) -> Messages:
    """Return the contact attributes for the fallback incident of an event that was not parsed."""
    incident: Mapping[str, object] = load_definition()["States"]["UseFallbackIncident"][
        "Parameters"
    ]["incident"]
    return _by_language(scenario, Incident.from_state({**incident, "time": at}))


def _by_language(scenario: Scenario, incident: Incident) -> Messages:
    roster = scenario.roster_read()
    if roster is None:
        return {}
    languages = {contact.language for contact in roster.contacts}
    return {language: compose(incident, language, roster.timezone) for language in languages}
