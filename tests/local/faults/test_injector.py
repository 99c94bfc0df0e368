"""When a fault strikes: as often, as late and for whom it says, and the same every time."""

from __future__ import annotations

from typing import Any

import pytest

from local.faults.fault import Fault
from local.faults.fault_types import FUNCTION_FAULTS, FaultKind
from local.faults.function_failure import BEHAVIORS, invocation_request
from local.faults.injector import FaultInjector, Request

THROTTLING = FaultKind.THROTTLING
READ = "ssm GetParameter"


def request(at: str = READ, now: float = 0.0, **more: Any) -> Request:  # noqa: ANN401 - Request's own
    """Make a request of a service's operation, or an invocation of a function."""
    service, _, operation = at.partition(" ")
    return Request(service, operation, now, **more)


def struck(gate: FaultInjector, *requests: Request) -> list[bool]:
    """Say of each request whether anything strikes it."""
    return [bool(gate.match(one)) for one in requests]


def test_it_strikes_as_often_as_it_says_and_is_gone_then() -> None:
    gate = FaultInjector([Fault(READ, THROTTLING, times=2)])

    assert struck(gate, *[request()] * 3) == [True, True, False]
    assert list(gate) == []


def test_what_has_struck_nothing_can_be_told() -> None:
    used, idle = Fault(READ, THROTTLING, times=1), Fault("sns", THROTTLING)
    gate = FaultInjector([used, idle])
    before = gate.unused_faults
    gate.match(request())

    assert (before, gate.unused_faults) == ((used, idle), (idle,))


def test_it_lets_as_many_pass_as_it_says() -> None:
    gate = FaultInjector([Fault(READ, THROTTLING, skip=2, times=1)])

    assert struck(gate, *[request()] * 4) == [False, False, True, False]


def test_it_goes_on_for_as_long_as_it_says_from_its_first_strike() -> None:
    gate = FaultInjector([Fault(READ, THROTTLING, seconds=20)])

    assert struck(gate, *(request(now=now) for now in (100, 119.9, 120, 130))) == [
        True,
        True,
        False,
        False,
    ]


def test_it_strikes_its_own_place_only_and_a_service_without_operation_everywhere() -> None:
    others = [request("ssm PutParameter"), request("dynamodb GetItem"), request("check_call")]

    assert struck(FaultInjector([Fault(READ, THROTTLING)]), *others, request()) == [False] * 3 + [
        True
    ]
    assert struck(FaultInjector([Fault("ssm", THROTTLING)]), *others, request()) == [
        True,
        False,
        False,
        True,
    ]


def test_it_strikes_the_contact_by_name_or_by_any_of_the_numbers() -> None:
    names = {"+14155550132": "Ana", "+14155550178": "Ana", "+8613800138000": "Li Wei"}
    gate = FaultInjector([Fault("connect", THROTTLING, contact="Ana")], names)
    asked = [request("connect DescribeContact", contact=number) for number in names]

    assert struck(gate, *asked) == [True, True, False]
    assert struck(gate, request("connect StopContact")) == [False]
    assert struck(gate, request("connect StopContact", contact="Ana")) == [True]


def test_it_strikes_the_call_of_its_number() -> None:
    gate = FaultInjector([Fault("check_call", FaultKind.EXCEPTION, attempt=2)])

    asked = (request("check_call", attempt=number) for number in (None, 1, 2, 2, 3))
    assert struck(gate, *asked) == [False, False, True, True, False]


def test_it_strikes_who_asks_and_by_itself_nobody_beside_the_page() -> None:
    any_of_the_page = FaultInjector([Fault("sns", THROTTLING)])
    workflow_only = FaultInjector([Fault("sns", THROTTLING, by="workflow")])
    guard_only = FaultInjector([Fault("sns", THROTTLING, by="validate_roster")])
    asked = [
        request("sns Publish", by=who) for who in ("workflow", "plan_calls", "validate_roster", "")
    ]

    assert struck(any_of_the_page, *asked) == [True, True, False, True]
    assert struck(workflow_only, *asked) == [True, False, False, False]
    assert struck(guard_only, *asked) == [False, False, True, False]


def test_its_dice_fall_the_same_with_the_same_seed() -> None:
    def run(seed: int) -> list[bool]:
        faults = [Fault(READ, THROTTLING, chance=0.5), Fault("dynamodb", THROTTLING, chance=0.5)]
        gate = FaultInjector(faults, seed=seed)
        return struck(gate, *[request(), request("dynamodb GetItem")] * 50)

    assert run(7) == run(7)
    assert run(7) != run(8)
    assert 20 < sum(run(7)) < 80
    assert run(7)[::2] != run(7)[1::2]


def test_a_contact_that_is_not_found_yet_is_found_when_it_is_old_enough() -> None:
    gate = FaultInjector([Fault("connect DescribeContact", FaultKind.NOT_FOUND_YET, seconds=5)])
    asked = [request("connect DescribeContact", now=900, age=age) for age in (0, 4.9, 5, None, 1)]

    assert struck(gate, *asked) == [True, True, False, False, True]


def test_after_one_that_ends_the_request_none_is_used_up() -> None:
    ended = Fault("connect DescribeContact", THROTTLING, times=1)
    strange = Fault("connect DescribeContact", FaultKind.NO_DISCONNECT_REASON, times=1)
    late = Fault("connect DescribeContact", FaultKind.LATE_ATTRIBUTES, times=1)
    gate = FaultInjector([strange, ended, late])
    look = request("connect DescribeContact")

    assert gate.match(look) == (strange, ended)
    assert gate.match(look) == (late,)


@pytest.mark.parametrize(
    "event",
    [
        {"call": {"contact": "Ana", "attempt": 3}},
        {"progress": {"call": {"contact": "Ana", "attempt": 3}, "next": 0}},
    ],
)
def test_whose_call_a_function_is_about_is_read_from_its_event(event: object) -> None:
    assert invocation_request("check_call", event, 5.0) == request(
        "check_call", 5.0, contact="Ana", attempt=3
    )


@pytest.mark.parametrize("event", [None, [], {}, {"call": 7}, {"progress": {"call": None}}])
def test_an_event_that_is_about_no_call_is_an_invocation_all_the_same(event: object) -> None:
    assert invocation_request("open_incident", event, 0.0) == request("open_incident")


def test_for_every_fault_of_a_function_it_is_known_how_the_function_ends() -> None:
    assert set(BEHAVIORS) == FUNCTION_FAULTS
