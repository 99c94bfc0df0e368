"""The message is repeated often enough within the longest call."""

from dataclasses import replace

import pytest

from local.connect.simulated_call import Call, OutboundCallRequest
from local.connect.simulated_phones import Silent
from local.connect.timeline import DisconnectReason
from oncall.calls.grouping import group_incidents
from oncall.messages.locale import available_languages
from oncall.messages.speech_duration import seconds
from oncall.messages.voice_message import compose, compose_grouped
from tests.contact_flow.callee import OURS
from tests.unit.sample_events import NAMES, incident
from workflow.contact_flow.flow import ANSWER_SECONDS
from workflow.settings.settings import Settings


@pytest.mark.parametrize("language", available_languages())
@pytest.mark.parametrize("name", NAMES)
def test_a_callee_hears_every_repetition_before_the_call_is_ended(name: str, language: str) -> None:
    attributes = compose(incident(name), language, "Asia/Shanghai", keys=True)
    order = OutboundCallRequest("contact", "+14155550132", attributes)
    silent = Call(order, Silent(answer_after=0).call_script, OURS, placed_at=0)
    silent.advance(1_000)
    assert silent.disconnect_reason is DisconnectReason.FLOW_HUNG_UP
    assert silent.ended_at is not None
    assert silent.ended_at <= Settings().max_call_seconds


@pytest.mark.parametrize("language", available_languages())
def test_a_callee_hears_a_storm_twice_and_can_answer_before_the_call_is_ended(
    language: str,
) -> None:
    alarm = replace(incident("alarm-alb-latency"), test=True)
    found = [replace(alarm, id=f"alarm-{number}") for number in range(100)]
    group = group_incidents(found[0], found, [language])
    message = compose_grouped(group.announced, language, more=len(group.deferred))["message"]
    assert 2 * (seconds(message) + ANSWER_SECONDS) <= Settings().max_call_seconds
