"""Receives what SNS sends: with a queue that is subscribed to the topic, and text messages."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.request import ProxyHandler, build_opener

from oncall.roster.validation_report import SUBJECT as ROSTER_SUBJECT

if TYPE_CHECKING:
    from collections.abc import Callable

#: Real seconds between polls.
POLL_INTERVAL = 0.05


@dataclass(frozen=True)
class Notification:
    """A message that SNS sent."""

    subject: str
    message: str
    contact: str = ""  # the message attribute


@dataclass(frozen=True)
class TextMessage:
    """A text message that SNS sent to a phone number."""

    number: str
    message: str


class TextInbox:
    """Receives the text messages that the emulator records."""

    def __init__(self, emulator_url: str) -> None:
        self._url = f"{emulator_url}/_ministack/sns/sms-messages"
        self._open = build_opener(ProxyHandler({})).open
        self._taken: dict[str, int] = {}

    def take(self) -> list[TextMessage]:
        """Return the text messages since the last time, of each number in order."""
        with self._open(self._url) as answer:
            recorded = json.load(answer)["sms_messages"]
        new = [
            TextMessage(number, sent["Message"])
            for number, messages in recorded.items()
            for sent in messages[self._taken.get(number, 0) :]
        ]
        self._taken = {number: len(messages) for number, messages in recorded.items()}
        return new


class SnsInbox:
    """Receives what a topic sends from now on."""

    def __init__(
        self, client: Callable[[str], Any], topic: str, queue_name: str = "callout-inbox"
    ) -> None:
        self._sqs = client("sqs")
        self._unread: list[Notification] = []
        self._url: str = self._sqs.create_queue(QueueName=queue_name)["QueueUrl"]
        response = self._sqs.get_queue_attributes(QueueUrl=self._url, AttributeNames=["QueueArn"])
        queue = response["Attributes"]["QueueArn"]
        client("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint=queue)

    def take(self, wait: float, *, about_rosters: bool) -> list[Notification]:
        """Remove and return the unread notifications; wait so many real seconds for the first."""
        deadline = time.monotonic() + wait
        while True:
            received = self._receive()
            self._unread += received
            found = [
                notification
                for notification in self._unread
                if notification.subject.startswith(ROSTER_SUBJECT) is about_rosters
            ]
            if not received and (found or time.monotonic() >= deadline):
                self._unread = [each for each in self._unread if each not in found]
                return found
            if not received:
                time.sleep(POLL_INTERVAL)

    def _receive(self) -> list[Notification]:
        response = self._sqs.receive_message(QueueUrl=self._url, MaxNumberOfMessages=10)
        found = []
        for message in response.get("Messages", []):
            body = json.loads(message["Body"])
            contact = body.get("MessageAttributes", {}).get("contact", {}).get("Value", "")
            found.append(Notification(body.get("Subject") or "", body["Message"], contact))
            self._sqs.delete_message(QueueUrl=self._url, ReceiptHandle=message["ReceiptHandle"])
        return found
