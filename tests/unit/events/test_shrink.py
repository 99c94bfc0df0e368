"""Events are cut to a size that an execution can carry, and stay distinct."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oncall.events.shrink import MAX_EVENT_BYTES, shrink, size
from tests.unit import sample_events
from tests.unit.json_values import any_event, any_text

MEGABYTE = 1_048_576


def grown(name: str, filler: Any) -> dict[str, Any]:  # noqa: ANN401 - any JSON value
    """Return a sample event with a large field."""
    event = sample_events.event(name)
    event["detail"]["filler"] = filler
    return event


@given(any_event)
def test_an_event_that_fits_is_unchanged(event: object) -> None:
    assert shrink(event) is event


large = st.one_of(
    any_text.filter(bool).map(lambda text: text * (MEGABYTE // len(text))),
    any_text.map(lambda text: [text] * 50_000),
    any_text.map(lambda text: {f"{text}{n}": text for n in range(50_000)}),
    any_text.map(lambda text: [{f"{m}": [text] * 30 for m in range(40)} for _ in range(400)]),
    st.integers(100, 900).map(lambda n: {"k" * 1_000: ["x" * n * 10] * 5_000}),
)


@settings(max_examples=15)
@given(name=st.sampled_from(sample_events.NAMES), filler=large)
def test_any_event_is_cut_to_the_limit_and_keeps_its_envelope(name: str, filler: object) -> None:
    event = grown(name, filler)
    smaller: Any = shrink(event)

    assert size(smaller) <= MAX_EVENT_BYTES
    for field in ("id", "source", "detail-type", "account", "region", "time"):
        assert smaller.get(field) == event.get(field)


@pytest.mark.parametrize("name", sample_events.NAMES)
def test_a_long_text_is_cut_without_changing_what_is_announced(name: str) -> None:
    event = grown(name, "x" * MEGABYTE)
    before, after = sample_events.incident_from(event), sample_events.incident_from(shrink(event))

    assert replace(after, dedup_key="") == replace(before, dedup_key="")


def test_events_that_differ_in_what_is_cut_stay_different_incidents() -> None:
    keys = {
        sample_events.incident_from(shrink(grown("order-service", filler))).dedup_key
        for filler in ("x" * MEGABYTE, "x" * MEGABYTE + "y", ["x"] * 300_000, ["x"] * 300_001)
    }
    assert len(keys) == 4


def test_an_event_nested_too_deeply_keeps_its_envelope() -> None:
    deep: list[Any] = []
    for _ in range(5_000):
        deep = [deep]
    event = grown("callout-page", deep)
    smaller: Any = shrink(event)

    assert smaller["id"] == event["id"]
    assert smaller is event or smaller["detail"] == {}  # by the interpreter's recursion limit
