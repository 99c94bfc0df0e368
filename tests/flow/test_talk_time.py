"""The three times that a message is spoken fit into the time for which a call may talk."""

import pytest

from local.connect.call import Call, CallOrder
from local.connect.disconnect import DisconnectReason
from local.connect.phone_scripts import Silent
from oncall.language import available
from oncall.message import compose
from tests.flow.callee import OURS
from tests.unit.sample_events import NAMES, incident
from workflow.settings import Settings


@pytest.mark.parametrize("language", available())
@pytest.mark.parametrize("name", NAMES)
def test_a_callee_hears_every_repetition_before_the_call_is_ended(name: str, language: str) -> None:
    attributes = compose(incident(name), language, "Asia/Shanghai", keys=True)
    order = CallOrder("contact", "+14155550132", attributes)
    silent = Call(order, Silent(answer_after=0).line, OURS, placed_at=0)

    silent.advance(1_000)

    assert silent.disconnect_reason is DisconnectReason.FLOW_HUNG_UP
    assert silent.ended_at is not None
    assert silent.ended_at <= Settings().talk_seconds
