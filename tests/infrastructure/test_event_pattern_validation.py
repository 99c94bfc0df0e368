"""The settings reject event patterns that EventBridge would reject."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.infrastructure.event_pattern import PatternRefusedError, matches
from workflow.settings.event_pattern_validation import MAX_CHARACTERS, validation_error
from workflow.settings.settings import Settings, SettingsError

values = st.sampled_from(["shop", "", 7, True, None, {"prefix": "a"}, {"exists": True}])
leaves = st.lists(values, max_size=3)
fields = st.sampled_from(["state", "orders", "$or"])
details: st.SearchStrategy[Any] = st.recursive(
    leaves | st.sampled_from(["stopped", 7, None]),
    lambda inner: (
        st.dictionaries(fields, inner, max_size=3)
        | st.lists(st.dictionaries(fields, inner, max_size=3), max_size=3)
    ),
    max_leaves=6,
)
alternatives = st.lists(st.fixed_dictionaries({"detail": details}), max_size=3)
any_pattern = st.fixed_dictionaries(
    {"detail-type": leaves}, optional={"source": leaves, "detail": details, "$or": alternatives}
)


def settings_error(pattern: object) -> str:
    """Return the error for a pattern in the settings, or ""."""
    raw = {"name": "Mine", "pattern": pattern}
    try:
        Settings.from_context({"triggers": {"patterns": [raw]}})
    except SettingsError as wrong:
        return str(wrong)
    return ""


def eventbridge_error(pattern: dict[str, Any]) -> str:
    """Return the emulator's error for a pattern, or ""."""
    try:
        matches(pattern, {})
    except PatternRefusedError as refused:
        return str(refused)
    return ""


@settings(deadline=None, max_examples=400)
@given(any_pattern)
def test_a_pattern_that_eventbridge_rejects_is_rejected(pattern: dict[str, Any]) -> None:
    error, refusal = validation_error(pattern), eventbridge_error(pattern)
    # EventBridge checks the match types.
    assert error or not refusal or "Unrecognized match type" in refusal
    # EventBridge reads an invalid `$or` as a field name; the settings reject it.
    assert refusal or not error or "$or" in json.dumps(pattern)


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"source": []}, "`source` is an empty list"),
        ({"source": "shop"}, "`source` must be a list of values to match, not 'shop'"),
        ({"source": {"prefix": "shop"}}, "`source` must be a list"),
        ({"detail": {}}, "`detail` is empty: remove it"),
        ({"detail": {"state": "stopped"}}, "`detail.state` must be a list"),
        ({"detail": {"state": []}}, "`detail.state` is an empty list"),
        ({"detail": {"state": [["stopped"]]}}, "`detail.state` has a list within its list"),
        ({"detail": {"state": [{}]}}, "`detail.state` has a condition with 0 keys"),
        ({"detail": {"state": [{"prefix": "a", "suffix": "b"}]}}, "a condition with 2 keys"),
        ({"$or": [{"source": ["shop"]}]}, "`$or` must be a list of 2 or more patterns"),
        (
            {"$or": [{"source": ["shop"]}, "x"]},
            "`$or` must be a list of patterns; 'x' is not a pattern",
        ),
        ({"$or": [{"source": ["shop"]}, {"source": "x"}]}, "`source` must be a list"),
        ({"detail-type": []}, "`detail-type` is an empty list"),
    ],
)
def test_an_invalid_pattern_is_rejected_with_the_field_and_the_reason(
    fields: dict[str, Any], error: str
) -> None:
    [line] = settings_error({"detail-type": ["Order failed"], **fields}).splitlines()
    assert line.startswith("context callout.triggers.patterns.0: EventBridge would reject")
    assert error in line


def test_a_pattern_without_a_detail_type_is_rejected() -> None:
    assert "`pattern` has no `detail-type`: add it" in settings_error({"source": ["shop"]})


def test_unknown_match_types_are_left_to_eventbridge() -> None:
    assert not settings_error({"detail-type": [{"sounds-like": "order"}]})


def of_length(characters: int) -> dict[str, Any]:
    """Return a pattern with this many characters after adding the source of replays."""
    pattern = {"detail-type": [""], "source": ["shop", "callout.replay"]}
    rest = characters - len(json.dumps(pattern, separators=(",", ":")))
    return {"detail-type": ["x" * rest], "source": ["shop"]}


def test_a_pattern_longer_than_the_eventbridge_limit_is_rejected() -> None:
    assert not settings_error(of_length(MAX_CHARACTERS))
    assert settings_error(of_length(MAX_CHARACTERS + 1)).startswith(
        "context callout: triggers.patterns.0: the event pattern has 2,049 characters"
    )


def test_a_trigger_whose_names_exceed_the_pattern_limit_is_rejected() -> None:
    alarms = {"enabled": True, "names": [f"checkout-latency-{n:03}" for n in range(100)]}
    with pytest.raises(SettingsError, match=r"^context callout: triggers\.alarms: the event patt"):
        Settings.from_context({"triggers": {"alarms": alarms}})
    Settings.from_context({"triggers": {"alarms": alarms | {"enabled": False}}})
