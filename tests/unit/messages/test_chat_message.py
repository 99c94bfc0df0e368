"""Messages for chat: the custom notification, and nothing that Slack or Teams interprets."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oncall.messages.chat_message import chat_message, escape

LINK = "https://abc.execute-api.us-east-1.amazonaws.com/incidents/jEJ1_-x"


def posted(message: str, subject: str | None = "Callout: x", incident: str = "") -> dict[str, Any]:
    """Return the chat message of a notification."""
    value = {"Type": "String", "Value": incident}
    attributes = {"incident": value} if incident else {}
    given = {"Subject": subject, "Message": message, "MessageAttributes": attributes}
    made: dict[str, Any] = json.loads(chat_message(given))
    return made


def test_a_notification_becomes_a_custom_notification_in_the_thread_of_its_incident() -> None:
    subject = "Callout: nobody acknowledged - Disk full"
    message = f"Nobody acknowledged.\n\n1. Ana +1***32: busy\nAcknowledge or resolve: {LINK}\n"

    assert posted(message, subject, "4711") == {
        "version": "1.0",
        "source": "custom",
        "content": {
            "textType": "client-markdown",
            "title": subject,
            "description": "Nobody acknowledged.  \n  \n1. Ana +1\u2217\u2217\u221732: busy  \n"
            f"Acknowledge or resolve: {LINK}",
        },
        "metadata": {"summary": subject, "threadId": "4711"},
    }


def test_a_notification_about_no_incident_has_no_thread() -> None:
    assert "threadId" not in posted("-")["metadata"]
    assert posted("-", subject=None)["content"]["title"] == "Callout: notification"


def test_an_alarm_is_described_by_its_reason() -> None:
    alarm = {"AlarmName": "pages fail", "AlarmDescription": "Look.", "NewStateReason": "1 > 0"}
    assert posted(json.dumps(alarm))["content"]["description"] == "Look.  \n1 &gt; 0"
    assert posted("{no JSON")["content"]["description"] == "{no JSON"
    assert posted('{"a": 1}')["content"]["description"] == '{"a": 1}'


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("<!channel> <at>all</at>", "&lt;!channel&gt; &lt;at&gt;all&lt;/at&gt;"),
        ("@here (@channel)", "@\u200bhere (@\u200bchannel)"),
        ("ana@example.com", "ana@example.com"),
        ("[our wiki](https://evil.example)", "(our wiki)(https://evil.example)"),
        ("R&D: `rm` *now* ~not~", "R&amp;D: 'rm' \u2217now\u2217 \u223cnot\u223c"),
    ],
)
def test_nothing_is_markup_or_a_mention(text: str, written: str) -> None:
    assert escape(text) == written


@given(message=st.text(), subject=st.none() | st.text(max_size=300))
def test_any_notification_is_bounded_and_escaped(message: str, subject: str | None) -> None:
    content = posted(message, subject)["content"]

    assert len(content["title"]) < 250
    assert not set("<>[]`*~") & set(content["title"] + content["description"])


def test_a_long_notification_keeps_its_link() -> None:
    line = "word " * 150
    description = posted(f"{line}\n" * 8 + f"{LINK}\nend")["content"]["description"]

    assert len(description) < 3000
    assert description.endswith(f"\u2026  \n{LINK}")
