"""Sample alerts that the web page can send to the webhooks and SNS topics of the local system."""

from __future__ import annotations

import json
import shlex
from typing import TYPE_CHECKING, Any, NamedTuple

from local.emulator.alert_sender import is_local
from local.environment import REGION
from local.scenarios.alerts import SnsMessage, WebhookRequest
from local.scenarios.body_at_paths import body_at_paths

if TYPE_CHECKING:
    from collections.abc import Mapping

    from local.emulator.system import LocalSystem

#: No sample has a time: sent again, each one pages or resolves again.
_ALERT = {
    "labels": {"alertname": "DiskFull", "instance": "db-1:9100", "severity": "critical"},
    "annotations": {"summary": "The disk of db-1 is full"},
}
_PAGE = {"title": "Card payments fail", "dedup_key": "card payments", "severity": "high"}
_ALARM = {"AlarmName": "queue-age", "NewStateReason": "The oldest order is 12 minutes old"}
_MESSAGES = {
    "CloudWatch alarm": json.dumps(_ALARM | {"NewStateValue": "ALARM"}),
    "CloudWatch alarm is OK": json.dumps(_ALARM | {"NewStateValue": "OK"}),
    "text": "The backup of db-1 failed",
}
_PUBLISH = f"AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test aws sns publish --region {REGION}"


class SampleAlert(NamedTuple):
    """URL or ARN where it is sent, a command that does so ("" if there is none), and what it is."""

    address: str
    command: str
    sent: WebhookRequest | SnsMessage


def sample_alerts(system: LocalSystem) -> dict[str, SampleAlert]:
    """Return the sample alerts for each deployed webhook and topic, by name."""
    alerts: dict[str, SampleAlert] = {}
    for webhook in system.alerts.webhooks:
        name, url = webhook["name"], system.alerts.url(webhook["name"])
        header = f"'Authorization: Bearer {system.alerts.token(name)}'"
        for status in ("firing", "resolved"):
            body = _body(webhook, status)
            command = f"curl --json {shlex.quote(json.dumps(body))} --header {header} {url}"
            sent = WebhookRequest(name=name, body=body)
            alerts[f"{name}: {status}"] = SampleAlert(url, command, sent)
    for arn in system.alerts.topics:
        target = f"--endpoint-url {system.emulator.url} --topic-arn {arn}"
        receiver = arn.rpartition(":")[2] if is_local(arn) else arn
        for title, text in _MESSAGES.items():
            command = f"{_PUBLISH} {target} --message {shlex.quote(text)}" if is_local(arn) else ""
            sent_message = SnsMessage(message=text, topic=arn)
            alerts[f"SNS {receiver}: {title}"] = SampleAlert(arn, command, sent_message)
    return alerts


def _body(webhook: Mapping[str, Any], status: str) -> dict[str, Any]:
    """Return a body in the format of a webhook, with its own fields if it has some."""
    if webhook["format"] != "generic":
        return {"alerts": [{"status": status} | _ALERT]}
    page = _PAGE | {"status": status}
    paths = webhook.get("fields") or {name: name for name in page}
    return body_at_paths({path: page.get(name, "") for name, path in paths.items()})
