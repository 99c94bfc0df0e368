"""Which requests a fault matches: how often, how late, for whom, and reproducibly."""

from __future__ import annotations

from typing import Any

import pytest

from local.faults.fault import Fault
from local.faults.fault_types import FUNCTION_FAULTS, FaultKind
from local.faults.function_failure import BEHAVIORS, invocation_request
from local.faults.injector import FaultInjector, Request

THROTTLING = FaultKind.THROTTLING
READ = "ssm GetParameter"


def request(at: str = READ, now: float = 0.0, **fields: Any) -> Request:  # noqa: ANN401 - Request's own
    """Return a request to a service, or an invocation of a function."""
    service, _, operation = at.partition(" ")
    return Request(service, operation, now, **fields)


def matches(injector: FaultInjector, *requests: Request) -> list[bool]:
    """Return for each request whether a fault matches it."""
    return [bool(injector.match(request)) for request in requests]


def test_a_fault_matches_as_often_as_times_allows_and_is_then_removed() -> None:
    injector = FaultInjector([Fault(READ, THROTTLING, times=2)])

    assert matches(injector, *[request()] * 3) == [True, True, False]
    assert list(injector) == []


def test_unused_faults_are_listed() -> None:
    used, unused = Fault(READ, THROTTLING, times=1), Fault("sns", THROTTLING)
    injector = FaultInjector([used, unused])
    before = injector.unused_faults
    injector.match(request())

    assert (before, injector.unused_faults) == ((used, unused), (unused,))


def test_skip_lets_requests_pass_first() -> None:
    injector = FaultInjector([Fault(READ, THROTTLING, skip=2, times=1)])

    assert matches(injector, *[request()] * 4) == [False, False, True, False]


def test_seconds_count_from_the_first_match() -> None:
    injector = FaultInjector([Fault(READ, THROTTLING, seconds=20)])

    assert matches(injector, *(request(now=now) for now in (100, 119.9, 120, 130))) == [
        True,
        True,
        False,
        False,
    ]


def test_a_fault_matches_its_operation_and_a_service_alone_matches_all_of_them() -> None:
    others = [request("ssm PutParameter"), request("dynamodb GetItem"), request("check_call")]

    assert matches(FaultInjector([Fault(READ, THROTTLING)]), *others, request()) == [False] * 3 + [
        True
    ]
    assert matches(FaultInjector([Fault("ssm", THROTTLING)]), *others, request()) == [
        True,
        False,
        False,
        True,
    ]


def test_a_contact_matches_by_name_or_by_any_of_its_numbers() -> None:
    names = {"+14155550132": "Ana", "+14155550178": "Ana", "+8613800138000": "Li Wei"}
    injector = FaultInjector([Fault("connect", THROTTLING, contact="Ana")], names)
    requests = [request("connect DescribeContact", contact=number) for number in names]

    assert matches(injector, *requests) == [True, True, False]
    assert matches(injector, request("connect StopContact")) == [False]
    assert matches(injector, request("connect StopContact", contact="Ana")) == [True]


def test_an_attempt_matches_the_call_with_that_number() -> None:
    injector = FaultInjector([Fault("check_call", FaultKind.EXCEPTION, attempt=2)])

    requests = (request("check_call", attempt=number) for number in (None, 1, 2, 2, 3))
    assert matches(injector, *requests) == [False, False, True, True, False]


def test_a_fault_matches_its_caller_and_by_default_all_but_the_background_function() -> None:
    any_caller = FaultInjector([Fault("sns", THROTTLING)])
    workflow_only = FaultInjector([Fault("sns", THROTTLING, by="workflow")])
    validation_only = FaultInjector([Fault("sns", THROTTLING, by="validate_roster")])
    requests = [
        request("sns Publish", by=caller)
        for caller in ("workflow", "plan_calls", "validate_roster", "")
    ]

    assert matches(any_caller, *requests) == [True, True, False, True]
    assert matches(workflow_only, *requests) == [True, False, False, False]
    assert matches(validation_only, *requests) == [False, False, True, False]


def test_the_same_seed_gives_the_same_matches() -> None:
    def run(seed: int) -> list[bool]:
        faults = [Fault(READ, THROTTLING, chance=0.5), Fault("dynamodb", THROTTLING, chance=0.5)]
        injector = FaultInjector(faults, seed=seed)
        return matches(injector, *[request(), request("dynamodb GetItem")] * 50)

    assert run(7) == run(7)
    assert run(7) != run(8)
    assert 20 < sum(run(7)) < 80
    assert run(7)[::2] != run(7)[1::2]


def test_not_found_yet_matches_until_the_contact_is_old_enough() -> None:
    injector = FaultInjector([Fault("connect DescribeContact", FaultKind.NOT_FOUND_YET, seconds=5)])
    requests = [
        request("connect DescribeContact", now=900, age=age) for age in (0, 4.9, 5, None, 1)
    ]

    assert matches(injector, *requests) == [True, True, False, False, True]


def test_no_fault_is_used_up_after_one_that_blocks_the_request() -> None:
    blocking = Fault("connect DescribeContact", THROTTLING, times=1)
    incomplete = Fault("connect DescribeContact", FaultKind.NO_DISCONNECT_REASON, times=1)
    late = Fault("connect DescribeContact", FaultKind.LATE_ATTRIBUTES, times=1)
    injector = FaultInjector([incomplete, blocking, late])
    describe = request("connect DescribeContact")

    assert injector.match(describe) == (incomplete, blocking)
    assert injector.match(describe) == (late,)


@pytest.mark.parametrize(
    "event",
    [
        {"call": {"contact": "Ana", "attempt": 3}},
        {"progress": {"call": {"contact": "Ana", "attempt": 3}, "next": 0}},
    ],
)
def test_contact_and_attempt_of_an_invocation_are_read_from_its_event(event: object) -> None:
    assert invocation_request("check_call", event, 5.0) == request(
        "check_call", 5.0, contact="Ana", attempt=3
    )


@pytest.mark.parametrize("event", [None, [], {}, {"call": 7}, {"progress": {"call": None}}])
def test_an_event_without_a_call_is_still_an_invocation(event: object) -> None:
    assert invocation_request("open_incident", event, 0.0) == request("open_incident")


def test_every_fault_of_a_function_has_a_behavior() -> None:
    assert set(BEHAVIORS) == FUNCTION_FAULTS
