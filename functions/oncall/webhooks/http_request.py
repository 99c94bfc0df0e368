"""The HTTP side of webhooks: the token and the body of a request, and the response.

Alertmanager retries at once only after 5xx, not after 429 (its notify/util.go), so temporary
failures must get 5xx.

Event and response format: https://docs.aws.amazon.com/apigateway/latest/developerguide/
http-api-develop-integrations-lambda.html (2.0)
"""

import base64
import hashlib
import hmac
import json
from collections.abc import Iterable, Mapping

from oncall.events.envelope import at
from oncall.webhooks.alert_group import parse_group
from oncall.webhooks.generic_body import parse_generic
from oncall.webhooks.webhook_page import BodyError, Webhook, WebhookPages

MAX_BODY_BYTES = 256 * 1024
_PARSERS = {"alertmanager": parse_group, "grafana": parse_group, "generic": parse_generic}


class BodyTooLargeError(BodyError):
    """The body is larger than MAX_BODY_BYTES."""

    status = 413


def request_token(event: object) -> str:
    """Return the token: the Bearer credentials, or the password of Basic; "" without one."""
    scheme, _, credentials = str(at(event, "headers", "authorization") or "").partition(" ")
    if scheme.lower() == "bearer":
        return credentials.strip()
    if scheme.lower() != "basic":
        return ""
    try:
        decoded = base64.b64decode(credentials.strip(), validate=True).decode()
    except ValueError:
        return ""
    return decoded.partition(":")[2]


def is_accepted(given: str, tokens: Iterable[str]) -> bool:
    """Return whether a token is one of these, comparing in constant time."""
    digest = _digest(given)
    matches = [hmac.compare_digest(digest, _digest(token)) for token in tokens]
    return any(matches)


def parse_body(event: Mapping[str, object], webhook: Webhook) -> WebhookPages:
    """Return the pages of the request's body.

    Raises:
        BodyError: the body is not JSON, or a required field is missing or invalid.
        BodyTooLargeError: the body is larger than 256 KB.
    """
    given = event.get("body")
    content = given.encode(errors="surrogatepass") if isinstance(given, str) else b""
    if event.get("isBase64Encoded") is True:
        try:
            content = base64.b64decode(content)
        except ValueError:
            raise BodyError("body: not valid base64") from None
    if len(content) > MAX_BODY_BYTES:
        raise BodyTooLargeError("body: larger than 256 KB; send fewer alerts in one request")
    try:
        body = json.loads(content, parse_constant=_reject)
    except (ValueError, RecursionError):
        raise BodyError("body: not valid JSON") from None
    if not isinstance(body, dict):
        raise BodyError("body: must be a JSON object")
    return _PARSERS[webhook.format](body, webhook)


def response(status: int, body: Mapping[str, object]) -> dict[str, object]:
    """Return the response to API Gateway."""
    headers = {"content-type": "application/json"}
    headers |= {"www-authenticate": "Bearer"} if status == 401 else {}  # noqa: PLR2004 - HTTP
    return {"statusCode": status, "headers": headers, "body": json.dumps(body)}


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode(errors="surrogatepass")).digest()


def _reject(_constant: str) -> None:
    """Reject NaN and Infinity, which are not JSON."""
    raise ValueError
