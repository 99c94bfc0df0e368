"""The simulated Connect as tests and the demo use it: its clock, its timeline, its runs."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from local.connect.clock import ScenarioClock
from local.connect.simulated_phones import Busy, Press
from local.connect.timeline import EntryType, TimelineEntry
from tests.local.connect.caller import ANA, LI_WEI, Caller, calling, refused, wait_until


def test_subscribers_get_every_entry_in_order_without_a_request(caller: Caller) -> None:
    received: list[TimelineEntry] = []
    caller.server.subscribe(received.append)
    caller.server.phones = {LI_WEI: Press("2"), ANA: Press("1", answer_after=3)}
    caller.dial(LI_WEI)
    caller.dial(ANA)
    wait_until(lambda: [entry.type for entry in received].count(EntryType.ENDED) == 2)
    assert received == caller.server.timeline
    assert [entry.at for entry in received] == sorted(entry.at for entry in received)


def test_a_failing_subscriber_is_a_defect_and_the_others_are_still_called() -> None:
    received: list[TimelineEntry] = []

    def failing(entry: TimelineEntry) -> None:
        raise LookupError(entry.type)

    with calling() as caller:
        caller.server.subscribe(failing)
        caller.server.subscribe(received.append)
        caller.server.phones = {LI_WEI: Busy()}
        caller.dial()
        wait_until(lambda: len(received) == 2)
        assert caller.server.defects == ["LookupError: dialled", "LookupError: ended"]
        caller.server.defects.clear()


def test_fifty_concurrent_clients_are_all_served(caller: Caller) -> None:
    numbers = [f"+1415555{1000 + n}" for n in range(50)]
    caller.server.phones = dict.fromkeys(numbers, Press("1"))
    with ThreadPoolExecutor(50) as pool:
        contacts = list(pool.map(caller.dial, numbers))
    caller.wait_until_calls_end()
    assert {caller.attributes(contact)["response"] for contact in contacts} == {"acknowledged"}
    assert len({call.contact_id for call in caller.server.calls}) == 50


def test_the_time_scale_cannot_change_during_a_call(caller: Caller) -> None:
    caller.server.time_scale = 1.0
    contact = caller.dial()
    with pytest.raises(RuntimeError, match="a call is in progress"):
        caller.server.time_scale = 0.5
    caller.stop(contact)
    caller.server.time_scale = 0.5


def test_a_new_run_begins_at_second_0_without_the_previous_calls(caller: Caller) -> None:
    caller.server.phones = {LI_WEI: Busy()}
    caller.server.time_scale = 1000.0
    contact = caller.dial(attempt="a")
    caller.server.reset({LI_WEI: Busy()})
    assert (caller.server.calls, caller.server.timeline, caller.server.requests) == ([], [], [])
    assert caller.server.now() < 1
    assert refused(lambda: caller.describe(contact)) == ("ResourceNotFoundException", 404)
    assert caller.dial(attempt="a") != contact


def test_scenario_time_continues_when_its_speed_changes() -> None:
    clock = ScenarioClock(0.00001)
    time.sleep(0.001)
    before = clock.now()
    clock.time_scale = 1000.0
    assert before <= clock.now() < before * 100
    assert clock.real_seconds_until(0) == 0
