"""Send a test alert to a webhook, as its sender would."""

import json
from dataclasses import dataclass
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from callout.errors import CommandError
from callout.webhook.deployed_webhooks import DeployedWebhook
from local.scenarios.body_at_paths import body_at_paths
from oncall.text import clean

#: Seconds; API Gateway waits as long for a function.
TIMEOUT = 30
_MAX_BODY_BYTES = 10_000


@dataclass(frozen=True)
class Answer:
    """The status and the body of a response; `body` is {} unless it is a JSON object."""

    status: int
    body: dict[str, Any]

    @property
    def error(self) -> str:
        """The reason for a refusal: Callout's `error` or API Gateway's `message`."""
        return clean(str(self.body.get("error") or self.body.get("message") or "no reason given"))


class _NoRedirect(HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        """Do not send the token elsewhere."""


def post(url: str, body: object, token: str = "") -> Answer:
    """Send JSON and return the response, whatever its status; raise CommandError without one."""
    address = urlsplit(url)
    headers = {"Content-Type": "application/json"}
    headers |= {"Authorization": f"Bearer {token}"} if token else {}
    if (address.hostname or "").endswith(".localhost"):
        # The emulator's addresses. RFC 6761 reserves names below localhost for this machine, but
        # some resolvers do not resolve them.
        headers["Host"] = address.netloc
        url = url.replace(address.netloc, f"127.0.0.1:{address.port or 80}", 1)
    request = Request(url, json.dumps(body).encode(), headers)  # noqa: S310 - the stack's output
    try:
        with build_opener(_NoRedirect).open(request, timeout=TIMEOUT) as response:
            return Answer(response.status, _json_object(response.read(_MAX_BODY_BYTES)))
    except HTTPError as error:
        return Answer(error.code, _json_object(error.read(_MAX_BODY_BYTES)))
    except (OSError, ValueError, HTTPException) as error:
        reason = getattr(error, "reason", error)
        raise CommandError(f"cannot reach {address.netloc}: {reason}") from None


def sample_body(webhook: DeployedWebhook, marker: str) -> dict[str, Any]:
    """Return the body of a test alert in the webhook's format; `marker` makes it a new incident."""
    if webhook.settings["format"] != "generic":
        alert = {
            "status": "firing",
            # The labels of Grafana's test alert, which pages as a test.
            "labels": {"alertname": "TestAlert", "instance": "Grafana"},
            "annotations": {"summary": title(webhook)},
            "fingerprint": marker,
        }
        return {"status": "firing", "alerts": [alert]}
    page = {"title": title(webhook), "details": title(webhook), "dedup_key": marker}
    paths = webhook.settings.get("fields") or {name: name for name in page}
    return body_at_paths({path: page[name] for name, path in paths.items() if name in page})


def title(webhook: DeployedWebhook) -> str:
    """Return the title of the test's page."""
    return f"Test of the webhook {webhook.name}"


def _json_object(content: bytes) -> dict[str, Any]:
    try:
        parsed = json.loads(content)
    except ValueError:
        return {}
    return parsed if isinstance(parsed, dict) else {}
