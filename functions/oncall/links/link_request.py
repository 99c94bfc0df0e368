"""The HTTP side of links: what a request asks for, and the response.

Event and response format: https://docs.aws.amazon.com/apigateway/latest/developerguide/
http-api-develop-integrations-lambda.html (2.0)
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

from oncall.events.envelope import at
from oncall.links.incident_page import HEADERS
from oncall.text import clean

if TYPE_CHECKING:
    from collections.abc import Sequence

#: Bytes of a form, and its fields; a browser sends two short ones.
MAX_BODY_BYTES, MAX_FIELDS = 4096, 8
#: Characters of a name, as in a roster.
MAX_NAME_LENGTH = 64


@dataclass(frozen=True)
class LinkRequest:
    """A request.

    Attributes:
        token: from the path.
        acts: whether it may change anything: whether it is a POST.
        action: form field `action`; "" without it.
        by: form field `by`, cleaned; "" without it.
    """

    token: str
    acts: bool
    action: str = ""
    by: str = ""

    def name(self, person: str, people: Sequence[str]) -> str:
        """Return who acts; "" if that is not known.

        Args:
            person: whom the link names, or "".
            people: the names to choose from; any name if there are none.
        """
        valid = self.by in people if people else len(self.by) <= MAX_NAME_LENGTH
        return person or (self.by if valid else "")


def read_request(event: object) -> LinkRequest:
    """Read a request; the fields of an unusable form are empty."""
    token = str(at(event, "pathParameters", "token") or "")
    if at(event, "requestContext", "http", "method") != "POST":
        return LinkRequest(token, acts=False)
    fields = _form_fields(event)
    by = clean(fields.get("by", [""])[0])
    return LinkRequest(token, acts=True, action=fields.get("action", [""])[0], by=by)


def response(status: int, page: str) -> dict[str, object]:
    """Return the response to API Gateway."""
    return {"statusCode": status, "headers": HEADERS, "body": page}


def _form_fields(event: object) -> dict[str, list[str]]:
    given = at(event, "body")
    content = given.encode(errors="replace") if isinstance(given, str) else b""
    try:
        if at(event, "isBase64Encoded") is True:
            content = base64.b64decode(content)
        text = content.decode()
        return parse_qs(text, max_num_fields=MAX_FIELDS) if len(text) <= MAX_BODY_BYTES else {}
    except ValueError:
        return {}
