"""Sample alerts that the web page can send to the webhooks and SNS topics of the local system."""

from __future__ import annotations

import json
import shlex
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from local.environment import REGION
from local.scenarios.intake import SnsMessage, WebhookRequest

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from local.emulator.system import LocalSystem

#: No sample has a time: sent again, each one pages or resolves again.
_ALERT = {
    "labels": {"alertname": "DiskFull", "instance": "db-1:9100", "severity": "critical"},
    "annotations": {"summary": "The disk of db-1 is full"},
}
_PAGE = {"title": "Card payments fail", "dedup_key": "card payments", "severity": "high"}
_ALARM = {"AlarmName": "queue-age", "NewStateReason": "The oldest order is 12 minutes old"}
_CREDENTIALS = "AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test"


@dataclass(frozen=True)
class SampleAlert:
    """A sample alert.

    Attributes:
        receiver: the webhook or topic.
        title: what it reports.
        address: URL of the webhook, or ARN of the topic.
        command: sends it from a terminal; "" if only the web page can.
    """

    receiver: str
    title: str
    address: str
    command: str
    sent: WebhookRequest | SnsMessage

    @property
    def name(self) -> str:
        """Its unique name."""
        return f"{self.receiver}: {self.title}"

    def to_json(self) -> dict[str, str]:
        """Return what the web page shows."""
        return {name: getattr(self, name) for name in ("name", "address", "command")}


def sample_alerts(system: LocalSystem) -> dict[str, SampleAlert]:
    """Return the sample alerts for each deployed webhook and topic, by name."""
    alerts = [*_for_webhooks(system), *_for_topics(system)]
    return {alert.name: alert for alert in alerts}


def _for_webhooks(system: LocalSystem) -> Iterator[SampleAlert]:
    for webhook in system.intake.webhooks:
        name, url = webhook["name"], system.intake.url(webhook["name"])
        token = system.intake.token(name)
        for status in ("firing", "resolved"):
            body = _body(webhook, status)
            command = f"curl --json {shlex.quote(json.dumps(body))}"
            command += f" --header 'Authorization: Bearer {token}' {url}"
            sent = WebhookRequest(name=name, body=body)
            yield SampleAlert(name, status, url, command, sent)


def _body(webhook: Mapping[str, Any], status: str) -> dict[str, Any]:
    """Return a body in the format of a webhook, with its own fields if it has some."""
    if webhook["format"] != "generic":
        return {"alerts": [{"status": status} | _ALERT]}
    page = _PAGE | {"status": status}
    body: dict[str, Any] = {}
    for name, path in (webhook.get("fields") or {name: name for name in page}).items():
        *parents, last = path.split(".")
        inner = body
        for parent in parents:
            inner = inner.setdefault(parent, {})
        inner[last] = page.get(name, "")
    return body


def _for_topics(system: LocalSystem) -> Iterator[SampleAlert]:
    for arn in system.intake.topics:
        for title, message in (
            ("CloudWatch alarm", json.dumps(_ALARM | {"NewStateValue": "ALARM"})),
            ("CloudWatch alarm is OK", json.dumps(_ALARM | {"NewStateValue": "OK"})),
            ("text", "The backup of db-1 failed"),
        ):
            command = (
                f"{_CREDENTIALS} aws sns publish --region {REGION}"
                f" --endpoint-url {system.emulator.url} --topic-arn {arn}"
                f" --message {shlex.quote(message)}"
            )
            receiver = f"SNS {arn.rpartition(':')[2]}"
            if not system.intake.is_local(arn):
                receiver, command = f"SNS {arn}", ""
            sent = SnsMessage(message=message, topic=arn)
            yield SampleAlert(receiver, title, arn, command, sent)
