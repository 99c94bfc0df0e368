"""The simulated Connect as a test or the demo holds it: its clock, its timeline, its runs."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from local.connect.clock import ScenarioClock
from local.connect.simulated_phones import Busy, Press
from local.connect.timeline import EntryType, TimelineEntry
from tests.local.connect.caller import ANA, LI_WEI, Caller, calling, refused, until


def test_subscribers_hear_everything_in_order_though_nobody_asks(caller: Caller) -> None:
    heard: list[TimelineEntry] = []
    caller.server.subscribe(heard.append)
    caller.server.phones = {LI_WEI: Press("2"), ANA: Press("1", answer_after=3)}
    caller.dial(LI_WEI)
    caller.dial(ANA)
    until(lambda: [entry.type for entry in heard].count(EntryType.ENDED) == 2)
    assert heard == caller.server.timeline
    assert [entry.at for entry in heard] == sorted(entry.at for entry in heard)


def test_a_subscriber_that_fails_is_a_defect_and_the_others_still_hear() -> None:
    heard: list[TimelineEntry] = []

    def deaf(entry: TimelineEntry) -> None:
        raise LookupError(entry.type)

    with calling() as caller:
        caller.server.subscribe(deaf)
        caller.server.subscribe(heard.append)
        caller.server.phones = {LI_WEI: Busy()}
        caller.dial()
        until(lambda: len(heard) == 2)
        assert caller.server.defects == ["LookupError: dialled", "LookupError: ended"]
        caller.server.defects.clear()


def test_fifty_clients_at_once_are_all_served(caller: Caller) -> None:
    numbers = [f"+1415555{1000 + n}" for n in range(50)]
    caller.server.phones = dict.fromkeys(numbers, Press("1"))
    with ThreadPoolExecutor(50) as pool:
        contacts = list(pool.map(caller.dial, numbers))
    caller.wait_for_the_end()
    assert {caller.attributes(contact)["response"] for contact in contacts} == {"acknowledged"}
    assert len({call.contact_id for call in caller.server.calls}) == 50


def test_time_cannot_change_its_speed_during_a_call(caller: Caller) -> None:
    caller.server.time_scale = 1.0
    contact = caller.dial()
    with pytest.raises(RuntimeError, match="a call is in progress"):
        caller.server.time_scale = 0.5
    caller.stop(contact)
    caller.server.time_scale = 0.5


def test_a_new_run_begins_at_second_0_and_knows_nothing_of_the_last(caller: Caller) -> None:
    caller.server.phones = {LI_WEI: Busy()}
    caller.server.time_scale = 1000.0
    contact = caller.dial(attempt="a")
    caller.server.reset({LI_WEI: Busy()})
    assert (caller.server.calls, caller.server.timeline, caller.server.requests) == ([], [], [])
    assert caller.server.now() < 1
    assert refused(lambda: caller.describe(contact)) == ("ResourceNotFoundException", 404)
    assert caller.dial(attempt="a") != contact


def test_story_time_goes_on_when_its_speed_changes() -> None:
    clock = ScenarioClock(0.00001)
    time.sleep(0.001)
    before = clock.now()
    clock.time_scale = 1000.0
    assert before <= clock.now() < before * 100
    assert clock.real_seconds_until(0) == 0
