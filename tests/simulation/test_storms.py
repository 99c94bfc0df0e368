"""Alert storms: every incident is announced, once, in as few calls as possible.

Each also checks the invariants of all storms (tests/property/storm_invariants.py).
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from local.asl.transitions import load_definition, transitions
from local.scenarios.fields import phone_of
from local.scenarios.scenario import Scenario
from local.simulation.execution_history import Stop
from oncall.calls.call_evaluation import POLL_INTERVAL
from oncall.incident_record import ACKNOWLEDGED, RESOLVED, UNANSWERED
from oncall.team_lock import BACKOFF_SCHEDULE, LEASE_SECONDS
from tests.property.model.retry_limits import (
    NOTIFY_ACKNOWLEDGED_TRIES,
    NOTIFY_FAILURE_TRIES,
    PLACE_TRIES,
    PLAN_TRIES,
    REQUEST_TRIES,
)
from tests.property.run_storm import run_storm
from tests.property.storm import ExternalAction, Storm, alarm, alert_burst, fewest_calls, page
from tests.property.storm_executions import end_of, key_meaning, mentions
from tests.simulation.storms import PRESSES, outcomes, pages, run_valid_storm, storm
from tests.state_machine.test_limits import longest_history

if TYPE_CHECKING:
    from local.simulation.system import VirtualSystem

#: Seconds between two polls of a team lock, in the third minute of waiting.
LOCK_POLL_INTERVAL = BACKOFF_SCHEDULE[1][1]
MACHINE = load_definition()


def test_24_alarms_within_a_second_are_acknowledged_in_as_few_calls_as_possible(
    virtual: VirtualSystem,
) -> None:
    run = run_valid_storm(virtual, alert_burst(24))

    assert outcomes(run) == [ACKNOWLEDGED] * 24
    acknowledged_calls = [call for call in run.calls.values() if key_meaning(call) == ACKNOWLEDGED]
    assert len(acknowledged_calls) == fewest_calls(
        [record.incident for record in run.records.values()]
    )
    for call in acknowledged_calls:
        closed = {
            run.marks[incident_id]
            for incident_id, record in run.records.items()
            if record.calls[-1]["contact_id"] == call.contact_id
        }
        assert closed == {mark for mark in run.marks.values() if mentions(call, mark)}


def test_a_page_waits_for_one_other_page_at_most_while_nobody_answers(
    virtual: VirtualSystem,
) -> None:
    """The calls of a page take four times as long as the next page takes to arrive.

    tests/state_machine/test_limits.py computes the longest history of all.
    """
    count, gap, ring = 12, 36, 15
    phones = [[f"+141555501{tens}{ones}" for ones in range(5)] for tens in (3, 4)]
    fields = {
        "title": "slow",
        "roster": {
            "contacts": [{"name": n, "phone": p} for n, p in zip("AB", phones, strict=True)],
            "ring_seconds": ring,
            "rounds": 1,
        },
        "phones": dict.fromkeys("AB", "no_answer"),
    }
    events = tuple(page(100 + number, number * gap) for number in range(count))
    run = run_valid_storm(virtual, Storm(Scenario.model_validate(fields), events))

    assert outcomes(run) == [UNANSWERED] * count
    one_page = 10 * ring
    assert len(run.calls) * ring <= count * gap + 2 * one_page
    for ended in run.pages:
        assert ended.execution.ended - ended.execution.began <= 2 * one_page
        assert len(ended.execution.history) <= longest_history()


def test_twenty_teams_do_not_wait_for_each_other(virtual: VirtualSystem) -> None:
    numbers = {f"team-{number}": f"+141555520{number}" for number in range(10, 30)}
    rosters = {
        team: f"contacts: [{{name: Pia, phone: {number}}}]" for team, number in numbers.items()
    }
    all_teams = Storm(
        storm().scenario,
        tuple(page(500 + number, 0.0, team) for number, team in enumerate(numbers)),
        rosters=rosters,
        phones={number: phone_of(PRESSES) for number in numbers.values()},
    )

    alone = run_valid_storm(virtual, replace(all_teams, events=all_teams.events[:1]))
    run = run_valid_storm(virtual, all_teams)

    assert outcomes(run) == [ACKNOWLEDGED] * 20
    assert {paged.execution.ended for paged in run.pages} == {alone.pages[0].execution.ended}


#: Phones and faults that lead the lock holder to a state that it would not enter otherwise.
NOBODY = {"ana": "no_answer", "bo": "no_answer"}
NO_PLAN = {"faults": [{"at": "plan_calls", "fault": "exception", "times": PLAN_TRIES}]}
#: Also of the other execution, if it takes over the lock while the first one retries.
NO_NOTIFICATION = {
    "at": "sns",
    "fault": "unavailable",
    "times": NOTIFY_FAILURE_TRIES + NOTIFY_ACKNOWLEDGED_TRIES,
}
#: A call during which the other events arrive.
LATER = {"ana": {"reject": {"after": 5}}}
SETUPS: dict[str, dict[str, Any]] = {
    "CollectOpenIncidents": LATER,
    "NotifyUnanswered": NOBODY,
    "NotifyFailure": NO_PLAN,
    "ReleasePage": {"faults": [*NO_PLAN["faults"], NO_NOTIFICATION]},
}


def states_with_the_lock() -> list[str]:
    """Return the tasks and waits between acquiring and releasing the team lock."""
    found, new = set(), {"PlanCalls"}
    while new:
        name = new.pop()
        found.add(name)
        if name != "FinishPage":
            new |= {
                transition.target
                for transition in transitions(MACHINE)
                if transition.origin == name
            } - found
    return sorted(name for name in found if MACHINE["States"][name]["Type"] in ("Task", "Wait"))


@pytest.mark.parametrize("state", states_with_the_lock())
def test_if_the_lock_holder_is_stopped_a_waiting_execution_announces_its_incident(
    state: str, virtual: VirtualSystem
) -> None:
    waiting = 3 if state == "WaitForAnswer" else 1
    alert_storm = storm(*pages(1 + waiting), **{"ana": "busy"} | SETUPS.get(state, {}))

    run = run_valid_storm(virtual, replace(alert_storm, stops=(Stop(0, state),)))

    [stopped, *others] = run.pages
    assert stopped.stopped
    assert stopped.states[-1].name == state
    expected = "unanswered" if state == "NotifyUnanswered" else ACKNOWLEDGED
    assert [other.outcome for other in others] == [expected] * waiting
    assert run.records[stopped.incident_id].outcome == expected
    acquired_at = min(other.lock_held[0] for other in others if other.lock_held)
    assert acquired_at <= stopped.execution.ended + LEASE_SECONDS + 2 * LOCK_POLL_INTERVAL


RINGING = {"press": {"answer_after": 14}}
TALKING = {"press": {"answer_after": 2, "key_after": 60}}


@pytest.mark.parametrize("outcome", [ACKNOWLEDGED, RESOLVED])
@pytest.mark.parametrize("phone", [RINGING, TALKING], ids=["ringing", "talking"])
def test_a_call_about_an_incident_closed_by_an_operator_ends_at_its_next_poll(
    phone: object, outcome: str, virtual: VirtualSystem
) -> None:
    alert_storm = storm(page(100), ana=phone)

    run = run_valid_storm(
        virtual, replace(alert_storm, actions=(ExternalAction("web-100", 6, outcome),))
    )

    [paged] = run.pages
    assert paged.outcome == outcome
    assert paged.execution.output["acknowledged_by"] == "Olga"
    [call] = run.result.calls
    assert 6 < end_of(call) <= 6 + POLL_INTERVAL


@pytest.mark.parametrize("outcome", [ACKNOWLEDGED, RESOLVED])
def test_a_waiting_execution_whose_incident_an_operator_closed_ends_at_its_next_poll(
    outcome: str, virtual: VirtualSystem
) -> None:
    alert_storm = storm(page(100), page(101), ana=TALKING)

    run = run_valid_storm(
        virtual, replace(alert_storm, actions=(ExternalAction("web-101", 20, outcome),))
    )

    assert outcomes(run) == [ACKNOWLEDGED, outcome]
    assert run.pages[1].execution.ended <= 20 + BACKOFF_SCHEDULE[0][1]
    assert len(run.result.calls) == 1


@pytest.mark.parametrize("test", [True, False])
def test_an_alarm_that_fires_again_after_it_was_ok_pages_again(
    virtual: VirtualSystem, *, test: bool
) -> None:
    events = alarm(300, test=test), alarm(300, 6, recovers=True, test=test)

    run = run_valid_storm(virtual, storm(*events, alarm(300, 20, test=test), ana=RINGING))

    assert outcomes(run) == [RESOLVED, RESOLVED, ACKNOWLEDGED]
    first, second = run.result.calls
    assert end_of(first) <= 6 + POLL_INTERVAL
    assert second.placed_at == 20


@pytest.mark.parametrize("ok_after", [3, 19, 20, 21])
def test_an_ok_in_the_seconds_of_the_key_press_resolves_the_incident(
    virtual: VirtualSystem, ok_after: int
) -> None:
    """Ana presses 1 at second 20."""
    events = alarm(300, test=False), alarm(300, ok_after, recovers=True, test=False)
    answers = {"press": {"answer_after": 10, "key_after": 10}}

    run = run_valid_storm(virtual, storm(*events, ana=answers))

    [record] = run.records.values()
    assert record.resolved
    assert len(run.result.calls) == 1
    assert len(run.result.notifications) == (ok_after > 3)


def test_an_alarm_that_arrives_after_its_ok_calls_nobody(virtual: VirtualSystem) -> None:
    """The invariants of storms assume that the alarm comes first."""
    ok, late = alarm(300, 6, recovers=True, test=False), alarm(300, test=False)

    run = run_storm(virtual, storm(ok, replace(late, after=(20,))))

    assert outcomes(run) == [RESOLVED] * 2
    assert not run.result.calls


def test_an_alarm_that_is_delivered_again_after_it_was_ok_calls_nobody(
    virtual: VirtualSystem,
) -> None:
    fires = replace(alarm(300, test=False), after=(0, 20))

    run = run_valid_storm(
        virtual, storm(fires, alarm(300, 6, recovers=True, test=False), ana=RINGING)
    )

    assert outcomes(run) == [RESOLVED] * 3
    assert len(run.result.calls) == 1


def test_a_call_that_is_placed_late_ends_at_its_first_poll_if_the_incident_was_closed(
    virtual: VirtualSystem,
) -> None:
    unavailable = {"unavailable": {"times": PLACE_TRIES * REQUEST_TRIES, "then": PRESSES}}
    alert_storm = storm(page(100), ana=unavailable, bo=RINGING)

    run = run_valid_storm(
        virtual, replace(alert_storm, actions=(ExternalAction("web-100", 1, ACKNOWLEDGED),))
    )

    [call] = run.result.calls
    assert end_of(call) <= call.placed_at + POLL_INTERVAL


def test_a_rise_in_severity_while_a_call_is_being_placed_calls_again(
    virtual: VirtualSystem,
) -> None:
    unavailable = {"unavailable": {"times": PLACE_TRIES * REQUEST_TRIES - 1, "then": PRESSES}}
    rises = page(100, severity="low"), page(100, 1, severity="high")

    run = run_valid_storm(virtual, storm(*rises, ana=unavailable))

    assert outcomes(run) == [ACKNOWLEDGED] * 2
    first, second = run.result.calls
    assert first.placed_at > 1
    assert second.placed_at > end_of(first)
