"""Promises of the settings: what is wrong is said in one line that names the key."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.template import app
from workflow.settings.settings import Settings, SettingsError

if TYPE_CHECKING:
    from pathlib import Path

WRONG = [
    ({"talk_second": 60}, "callout.talk_second"),
    ({"talk_seconds": "60"}, "callout.talk_seconds"),
    ({"talk_seconds": True}, "callout.talk_seconds"),
    ({"talk_seconds": 60.5}, "callout.talk_seconds"),
    ({"talk_seconds": None}, "callout.talk_seconds"),
    ({"talk_seconds": 29}, "callout.talk_seconds"),
    ({"talk_seconds": 10**6}, "callout.talk_seconds"),
    ({"remind_minutes": -1}, "callout.remind_minutes"),
    ({"remind_minutes": 10_081}, "callout.remind_minutes"),
    ([], "callout"),
    ("talk_seconds=60", "callout"),
    ("", "callout"),
    (7, "callout"),
]


@pytest.mark.parametrize("context", [None, {}, "{}", {"talk_seconds": 60}, '{"talk_seconds": 60}'])
def test_good_settings_are_taken_as_mapping_or_as_json(context: object) -> None:
    assert Settings.from_context(context).talk_seconds in (60, Settings().talk_seconds)


@pytest.mark.parametrize(("context", "key"), WRONG, ids=repr)
def test_a_wrong_setting_is_named_in_one_line(context: object, key: str) -> None:
    with pytest.raises(SettingsError) as wrong:
        Settings.from_context(context)

    [line] = str(wrong.value).splitlines()
    assert line.startswith(f"context {key}: ")


def test_an_unknown_setting_is_told_with_those_there_are() -> None:
    with pytest.raises(SettingsError, match="talk_seconds"):
        Settings.from_context({"talk_second": 60})


def test_a_reminder_that_nothing_would_let_in_is_refused() -> None:
    settings = {"remind_minutes": 30, "triggers": {"page": {"enabled": False}}}

    with pytest.raises(SettingsError, match=r"remind_minutes: .* switch on triggers\.page"):
        Settings.from_context(settings)


@pytest.mark.parametrize(("minutes", "days"), [(8_640, 7), (8_641, 8), (10_080, 8)])
def test_an_incident_is_remembered_for_longer_than_until_its_reminder(
    minutes: int, days: int
) -> None:
    def read(keep_days: int) -> Settings:
        return Settings.from_context({"remind_minutes": minutes, "keep_days": keep_days})

    assert read(days).remind_minutes == minutes
    if days > 7:
        with pytest.raises(SettingsError, match=f"remind_minutes: .* keep_days at least {days}"):
            read(days - 1)


keys = st.text(st.characters(exclude_categories=("C", "Z")))
any_value = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=3),
    max_leaves=6,
)


@settings(deadline=None)
@given(any_value | st.dictionaries(st.sampled_from([*Settings.model_fields, "x"]), any_value))
def test_any_context_is_settings_or_one_line(context: object) -> None:
    assert len(complaint(context).splitlines()) <= 1


def complaint(context: object) -> str:
    """Give what is said of a context; nothing where it is right."""
    try:
        Settings.from_context(context)
    except SettingsError as wrong:
        return str(wrong)
    return ""


@pytest.mark.parametrize(
    ("context", "key"), [({"talk_seconds": 5}, "callout.talk_seconds"), ("{", "callout")]
)
def test_the_app_ends_with_that_line_and_nothing_else(
    tmp_path: Path, context: object, key: str
) -> None:
    done = app.run(tmp_path, callout=context)

    assert done.returncode == 2
    [line] = done.stderr.splitlines()
    assert line.startswith(f"callout: context {key}: ")
    assert not list(tmp_path.glob("*.template.json"))
