"""The metrics of the functions, read as CloudWatch reads them."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from adapters.metrics import Datum, Metric, call_finished, emf_fields
from local.connect.failing_numbers import NotAllowed
from local.connect.simulated_phones import Busy, NoAnswer, Press
from local.faults.fault import Fault
from local.faults.fault_types import FaultKind
from oncall.calls.call import NO_ANSWER, Call, Progress, mark_failed
from tests.functions.invoke import ANA, INCIDENT, LI_WEI, invoke, placing, plan
from tests.monitoring.emf import metric, written

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from types import ModuleType

    from local.connect.server import SimulatedConnect
    from local.connect.simulated_phones import Phone
    from tests.monitoring import emf

PLANNED = 4


def ago(seconds: float) -> str:
    """Return a moment in the format of Step Functions."""
    moment = datetime.now(UTC) - timedelta(seconds=seconds)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def measuring(event: dict[str, Any], *, seconds: float = 60) -> dict[str, Any]:
    """Add the fields that metrics need to a function's input."""
    return event | {"started": ago(seconds), "planned_calls": PLANNED}


@pytest.fixture
def metrics_of_poll(
    place_call: ModuleType,
    check_call: ModuleType,
    connect: SimulatedConnect,
    capsys: pytest.CaptureFixture[str],
) -> Callable[[Phone], dict[emf.Metric, float]]:
    """Return a function that calls a phone, polls once, and returns the metrics of both."""

    def call_and_poll(phone: Phone) -> dict[emf.Metric, float]:
        connect.phones = {LI_WEI: phone}
        placed = measuring(placing())
        progress = invoke(place_call, placed)
        event = {key: placed[key] for key in ("language", "execution", "started", "planned_calls")}
        about = {
            "incident": INCIDENT.to_state(),
            "announced_incident_ids": [INCIDENT.id],
            "deferred_incident_ids": [],
        }
        invoke(check_call, event | about | {"progress": progress})
        return written(capsys)

    return call_and_poll


def test_a_page_records_the_time_to_its_first_call_once(
    place_call: ModuleType, connect: SimulatedConnect, capsys: pytest.CaptureFixture[str]
) -> None:
    connect.phones = {LI_WEI: Busy(), ANA: NoAnswer()}

    progress = invoke(place_call, measuring(placing()))
    first = written(capsys)
    over = Progress.from_state(progress).after(
        Call.from_state(progress["call"] | {"outcome": NO_ANSWER}), "en-US"
    )
    invoke(place_call, measuring(placing(1)) | {"progress": over.to_state()})
    second = written(capsys)

    assert first.keys() == {metric("CallsPlaced"), metric("SecondsToFirstRing")}
    assert 60 <= first[metric("SecondsToFirstRing")] < 120
    assert second == {metric("CallsPlaced"): 1}


def test_an_acknowledgement_records_its_time(
    metrics_of_poll: Callable[[Phone], dict[emf.Metric, float]],
) -> None:
    found = metrics_of_poll(Press("1", answer_after=0, key_after=0))
    assert found[metric("Acknowledged")] == 1
    assert found[metric("CallOutcome", Outcome="acknowledged")] == 1
    assert 60 <= found[metric("SecondsToAcknowledge")] < 120
    assert metric("Unanswered") not in found


def test_a_call_in_progress_records_no_outcome(
    metrics_of_poll: Callable[[Phone], dict[emf.Metric, float]],
) -> None:
    found = metrics_of_poll(NoAnswer())
    assert not [recorded for recorded in found if recorded.name == "CallOutcome"]


def test_a_failed_poll_counts_as_a_dependency_error(
    connect: SimulatedConnect, metrics_of_poll: Callable[[Phone], dict[emf.Metric, float]]
) -> None:
    connect.faults.append(Fault("connect DescribeContact", FaultKind.THROTTLING))
    assert metrics_of_poll(NoAnswer())[metric("DependencyErrors")] == 1


@pytest.mark.parametrize(
    ("outcome", "reached", "ending"),
    [("no_answer", True, "Unanswered"), ("failed", False, "NobodyCalled")],
)
def test_only_the_last_call_of_a_page_records_its_outcome(
    outcome: str, *, reached: bool, ending: str
) -> None:
    def after(planned: int) -> set[str]:
        call = mark_failed(plan().calls[0], outcome, "")
        progress = Progress(next=2, any_call_placed=reached).after(call, "en-US")
        return {datum.metric.value for datum in call_finished(progress, ago(9), planned)}

    assert after(3) == {"CallOutcome", ending}
    assert after(4) == {"CallOutcome"}


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        ((NotAllowed(), measuring(placing())), {metric("CallOutcome", Outcome="not_allowed"): 1}),
        # An execution that an older definition started measures what it can.
        ((NoAnswer(), placing()), {metric("CallsPlaced"): 1}),
        # A clock behind the execution gives no time below zero.
        (
            (NoAnswer(), measuring(placing(), seconds=-7200)),
            {metric("CallsPlaced"): 1, metric("SecondsToFirstRing"): 0},
        ),
    ],
    ids=["refused", "without a start", "a clock behind"],
)
def test_placing_a_call_records_its_metrics(
    place_call: ModuleType,
    connect: SimulatedConnect,
    capsys: pytest.CaptureFixture[str],
    call: tuple[Phone, dict[str, Any]],
    expected: Mapping[object, float],
) -> None:
    connect.phones = {LI_WEI: call[0]}
    invoke(place_call, call[1])
    assert written(capsys) == expected


@pytest.mark.parametrize("started", [None, "", "yesterday", 7, {}, "2026-01-05T03:12:00"])
def test_an_invalid_start_time_does_not_fail_a_page(
    place_call: ModuleType, connect: SimulatedConnect, started: object
) -> None:
    progress = invoke(place_call, placing() | {"started": started})
    assert progress["call"]["outcome"] == "ringing"
    assert len(connect.calls) == 1


def test_metrics_have_the_time_of_their_measurement() -> None:
    assert emf_fields() == {}
    fields = emf_fields(Datum(Metric.DEPENDENCY_ERRORS))
    age = time.time() - fields["_aws"]["Timestamp"] / 1000  # type: ignore[index]
    assert 0 <= age < 60
