"""Notifications as messages for Slack and Microsoft Teams.

Amazon Q Developer in chat applications shows only messages in its own formats, here the custom
notification (its administrator guide, "Custom notifications"). The text is in the markup of the
target, so everything is written that either of them would interpret.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from oncall.events.envelope import at
from oncall.text import PROSE_LIMIT, clean, shorten

if TYPE_CHECKING:
    from collections.abc import Mapping

#: Characters; the service documents no limits (unverified).
MAX_TITLE_LENGTH, MAX_DESCRIPTION_LENGTH = 240, 2900
#: Subject that SNS adds in emails to a message without one, and we add here.
NO_SUBJECT = "Callout: notification"

#: Slack's control characters as it wants them, which Teams reads as well; without brackets and
#: backticks, neither has links with another text, or code; lookalikes that emphasize nothing.
_CHARACTERS = str.maketrans(
    {
        "&": "&amp;",
        "<": "&lt;",
        ">": "&gt;",
        "[": "(",
        "]": ")",
        "`": "'",
        "*": "\u2217",
        "~": "\u223c",
    }
)
_MENTION = re.compile(r"(?<!\w)@(?=\w)")
_LINK = re.compile(r"https?://\S+/incidents/\S+")
#: A line break in Teams' Markdown, and in Slack.
_LINE_BREAK = "  \n"


def chat_message(notification: Mapping[str, object]) -> str:
    """Return a message of the notification topic as a custom notification, in JSON.

    Notifications about one incident have the same thread; alarms have none.

    Args:
        notification: `Sns` of a record, as Lambda receives it.
    """
    title = escape(shorten(clean(str(notification.get("Subject") or NO_SUBJECT)), MAX_TITLE_LENGTH))
    incident = str(at(notification, "MessageAttributes", "incident", "Value") or "")
    description = _description(str(notification["Message"]))
    thread = {"threadId": incident} if incident else {}
    return json.dumps(
        {
            "version": "1.0",
            "source": "custom",
            "content": {"textType": "client-markdown", "title": title, "description": description},
            "metadata": {"summary": title, **thread},
        },
        ensure_ascii=False,
    )


def escape(text: str) -> str:
    """Return a text in which Slack and Teams find no markup and no mention, but bare addresses."""
    # A zero-width space after the sign: @channel and @here notify everyone in a channel.
    return _MENTION.sub("@\u200b", text.translate(_CHARACTERS))


def _description(message: str) -> str:
    """Return the text of a notification; if it is too long, its first link is at the end."""
    lines = [escape(clean(line, PROSE_LIMIT)) for line in _alarm_text(message).strip().split("\n")]
    text = _LINE_BREAK.join(lines)
    if len(text) <= MAX_DESCRIPTION_LENGTH:
        return text
    link = _LINK.search(text)
    end = _LINE_BREAK + link[0] if link else ""
    return shorten(text, MAX_DESCRIPTION_LENGTH - len(end)) + end


def _alarm_text(message: str) -> str:
    """Return description and reason of a CloudWatch alarm; other messages as they are."""
    if not message.startswith("{"):
        return message
    try:
        alarm = json.loads(message)
    except ValueError:
        return message
    texts = (at(alarm, "AlarmDescription"), at(alarm, "NewStateReason"))
    return "\n".join(text for text in texts if isinstance(text, str) and text) or message
