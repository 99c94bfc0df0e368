"""Notifications as messages for Slack and Microsoft Teams.

Amazon Q Developer in chat applications shows only its own formats, here the custom notification
(its administrator guide, "Custom notifications"), in the markup of the target.
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

#: Slack's control characters, escaped as Slack requires (Teams reads this too); parentheses for
#: square brackets, so that no text hides a link's address; and lookalikes that format nothing.
_CHARACTERS = str.maketrans(
    {"&": "&amp;", "<": "&lt;", ">": "&gt;", "[": "(", "]": ")", "`": "'", "*": "∗", "~": "∼"}  # noqa: RUF001
)
_MENTION = re.compile(r"(?<!\w)@(?=\w)")
_LINK = re.compile(r"https?://\S+/incidents/\S+")
#: In Teams' Markdown, and in Slack.
_LINE_BREAK = "  \n"


def chat_message(notification: Mapping[str, object]) -> str:
    """Return a notification as a custom notification, in JSON, in the thread of its incident.

    `notification` is the object `Sns` of a record that Lambda receives; one about an alarm has no
    thread. A text that is too long is cut, and ends with its first link.
    """
    subject = str(notification.get("Subject") or "Callout: notification")
    title = escape(clean(subject, MAX_TITLE_LENGTH))
    lines = _text(str(notification["Message"])).strip().split("\n")
    text = _LINE_BREAK.join(escape(clean(line, PROSE_LIMIT)) for line in lines)
    if len(text) > MAX_DESCRIPTION_LENGTH:
        link = _LINK.search(text)
        end = _LINE_BREAK + link[0] if link else ""
        text = shorten(text, MAX_DESCRIPTION_LENGTH - len(end)) + end
    incident = at(notification, "MessageAttributes", "incident", "Value")
    content = {"textType": "client-markdown", "title": title, "description": text}
    metadata = {"summary": title} | ({"threadId": incident} if incident else {})
    message = {"version": "1.0", "source": "custom", "content": content, "metadata": metadata}
    return json.dumps(message, ensure_ascii=False)


def escape(text: str) -> str:
    """Return a text in which Slack and Teams find no markup or mention; addresses stay links."""
    # A zero-width space after the sign: @channel and @here notify everyone in a channel.
    return _MENTION.sub("@\u200b", text.translate(_CHARACTERS))


def _text(message: str) -> str:
    """Return description and reason of a CloudWatch alarm; other messages as they are."""
    try:
        alarm = json.loads(message)
    except ValueError:
        return message
    texts = (at(alarm, "AlarmDescription"), at(alarm, "NewStateReason"))
    return "\n".join(text for text in texts if isinstance(text, str) and text) or message
