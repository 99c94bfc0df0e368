"""Links on the emulator: the link in a real notification opens the deployed web page."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from local.connect.simulated_phones import NoAnswer
from local.scenarios.emulator_runner import DELIVERY, wait_for_end
from local.scenarios.files import EVENTS, read_event

if TYPE_CHECKING:
    from local.emulator.system import LocalSystem

ROSTER = """
rounds: 1
ring_seconds: 15
contacts: [{name: Ana, phone: +14155550132}]
"""


def test_the_link_of_a_notification_acknowledges(system: LocalSystem) -> None:
    system.save_roster(ROSTER)
    system.delete_incidents()
    system.connect.reset({"+14155550132": NoAnswer()})
    system.notifications()
    execution = system.send(read_event(EVENTS / "root-sign-in.json"))
    assert execution
    wait_for_end(system, execution)
    [sent] = system.notifications(wait=DELIVERY)
    [path] = re.findall(r"Acknowledge or resolve: http\S+?(/incidents/\S+)", sent.message)
    assert sent.subject.startswith("Callout: nobody acknowledged")

    shown = system.request(path)
    head = system.request(path, method="HEAD")
    answered = system.request(path, {"action": "acknowledge", "by": "Ana"})
    altered = system.request(f"{path}A", {"action": "resolve", "by": "Ana"})

    assert [status for status, _ in (shown, head, answered, altered)] == [200, 200, 200, 403]
    assert "Nobody acknowledged this incident." in shown[1]
    assert "1. Ana +1********32: no answer" in shown[1]
    assert "Acknowledged by Ana by link" in answered[1]
    [notified] = system.notifications(wait=DELIVERY)
    assert notified.subject.startswith("Callout: acknowledged")
