"""Test reminders: what they announce, and which events are reminders."""

# ruff: noqa: RUF001 - Chinese punctuation

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given

from oncall import reminder
from oncall.events.parse_event import incident_from_event
from oncall.incident_record import ACKNOWLEDGED, RESOLVED, UNANSWERED, Record
from oncall.messages.email import incident_details
from oncall.messages.locale import available_languages
from oncall.messages.voice_message import compose, compose_grouped
from tests.unit.json_values import any_event, any_text
from tests.unit.messages.test_voice_message import heard, parsed
from tests.unit.sample_events import incident, page

EXECUTION = "arn:aws:states:us-east-1:000000000000:execution:Callout:one"
SIGN_IN = replace(incident("root-sign-in"), previously_acknowledged_by="Ana")
TAKEN = Record(
    incident=incident("root-sign-in"),
    execution=EXECUTION,
    opened="2026-01-05T03:12:45Z",
    claimed_until=0,
    open=False,
    outcome=ACKNOWLEDGED,
    closed_at="2026-01-05T03:14:00Z",
    closed_by="Ana",
)


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en-US", "This was acknowledged by Ana and is not resolved."),
        ("zh-CN", "Ana曾确认处理这个事件，但事件尚未解决。"),
    ],
)
def test_reminder_call_begins_with_the_acknowledger(language: str, sentence: str) -> None:
    before = page(title="Disk full")
    after = replace(before, previously_acknowledged_by="Ana")
    spoken, first = (heard(compose(alert, language, "UTC")["message"]) for alert in (after, before))

    assert spoken.index(sentence) < spoken.index("Disk full")
    assert "".join(spoken.split()).replace("".join(sentence.split()), "") == "".join(first.split())


def test_reminder_in_a_grouped_call_is_short() -> None:
    several = compose_grouped([SIGN_IN, incident("ec2-stopped")], "en-US")

    spoken = heard(several["message"])

    assert "account ending in 9012, acknowledged by Ana and not resolved. Number 2" in spoken
    assert spoken.count("not resolved") == 1


@pytest.mark.parametrize("language", available_languages())
def test_reminder_email_begins_with_the_acknowledger(language: str) -> None:
    first, *others = incident_details([SIGN_IN], language, "UTC").splitlines()

    assert "Ana" in first
    assert "\n".join(others) == incident_details(
        [replace(SIGN_IN, previously_acknowledged_by="")], language, "UTC"
    )


@pytest.mark.parametrize("language", available_languages())
@given(name=any_text)
def test_any_name_stays_within_its_sentence(language: str, name: str) -> None:
    reminded = replace(SIGN_IN, previously_acknowledged_by=name)

    parsed(compose(reminded, language, "UTC")["message"])
    parsed(compose_grouped([reminded, reminded], language)["message"])


@given(any_event)
def test_any_event_can_be_read(event: object) -> None:
    found = reminder.read(event)

    assert found is None or isinstance(event, dict)


def test_reminder_event_is_read_as_written() -> None:
    event = {"source": "callout", "detail-type": "Page", "detail": reminder.detail(TAKEN)}

    assert reminder.read(event) == reminder.Reminder(TAKEN.incident.id, TAKEN.closed_at, "Ana")
    page = incident_from_event(event, fallback_id="two")
    assert (page.title, page.severity) == (TAKEN.incident.title, TAKEN.incident.severity)
    assert page.dedup_key != TAKEN.incident.dedup_key


@pytest.mark.parametrize(
    "change",
    [
        {"source": "callout.replay"},
        {"source": "shop.orders"},
        {"detail-type": "Order failed"},
        {"detail": {"reminder_of": ["one"]}},
        {"detail": {"reminder_of": "no id: it has spaces"}},
        {"detail": None},
    ],
)
def test_other_events_are_not_reminders(change: dict[str, object]) -> None:
    event = {"source": "callout", "detail-type": "Page", "detail": reminder.detail(TAKEN)}

    assert reminder.read(event | change) is None


@pytest.mark.parametrize(
    ("record", "due"),
    [
        (TAKEN, True),
        (None, False),
        (replace(TAKEN, open=True), False),
        (replace(TAKEN, outcome=UNANSWERED), False),
        (replace(TAKEN, outcome=RESOLVED), False),
        (replace(TAKEN, resolved="2026-01-05T03:20:00Z"), False),
        (replace(TAKEN, execution=f"{EXECUTION}-another"), False),
        (replace(TAKEN, incident=replace(TAKEN.incident, test=True)), False),
    ],
)
def test_reminder_is_due_only_if_acknowledged_and_unresolved(
    record: Record | None, *, due: bool
) -> None:
    assert reminder.due(record, EXECUTION) is due
