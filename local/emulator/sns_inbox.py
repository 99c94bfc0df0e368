"""What SNS sends, so that it can be read: a queue that is subscribed to the topic."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from oncall.roster.validation_report import SUBJECT as ABOUT_ROSTERS

if TYPE_CHECKING:
    from collections.abc import Callable

#: Real seconds between looks.
POLL_INTERVAL = 0.05


@dataclass(frozen=True)
class Notification:
    """What SNS sent."""

    subject: str
    message: str


class Mailbox:
    """Holds what a topic has sent since it was made.

    Args:
        client: makes a client of the emulator.
        topic: the topic's ARN.
    """

    def __init__(self, client: Callable[[str], Any], topic: str) -> None:
        self._sqs = client("sqs")
        self._unread: list[Notification] = []
        self._url: str = self._sqs.create_queue(QueueName="callout-mailbox")["QueueUrl"]
        asked = self._sqs.get_queue_attributes(QueueUrl=self._url, AttributeNames=["QueueArn"])
        queue = asked["Attributes"]["QueueArn"]
        client("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint=queue)

    def take(self, wait: float, *, about_rosters: bool) -> list[Notification]:
        """Take what has come since the last look, about rosters or about pages.

        Args:
            wait: real seconds for which a first one is waited for.
            about_rosters: which of the two.
        """
        deadline = time.monotonic() + wait
        while True:
            more = self._receive()
            self._unread += more
            found = [
                one
                for one in self._unread
                if one.subject.startswith(ABOUT_ROSTERS) is about_rosters
            ]
            if not more and (found or time.monotonic() >= deadline):
                self._unread = [one for one in self._unread if one not in found]
                return found
            if not more:
                time.sleep(POLL_INTERVAL)

    def _receive(self) -> list[Notification]:
        answer = self._sqs.receive_message(QueueUrl=self._url, MaxNumberOfMessages=10)
        found = []
        for message in answer.get("Messages", []):
            body = json.loads(message["Body"])
            found.append(Notification(body.get("Subject") or "", body["Message"]))
            self._sqs.delete_message(QueueUrl=self._url, ReceiptHandle=message["ReceiptHandle"])
        return found
