"""Reject responses that do not come from AWS or an emulator, such as a router's login page."""

import json
from collections.abc import Mapping
from typing import Any

from botocore.model import OperationModel
from botocore.parsers import ResponseParserError, create_parser

from callout.errors import CommandError
from oncall.text import clean

#: HTTP statuses from which a response is an error, and from which it is a server error. The
#: latter may come from a load balancer in any format; botocore retries them.
ERROR, SERVER_ERROR = 300, 500
#: Characters of a rejected response that the error shows.
MAX_SHOWN = 40


def reject_non_aws_responses(client: Any) -> None:  # noqa: ANN401 - boto3 creates its client classes at run time
    """Make a client's requests raise CommandError if the response does not come from AWS."""

    def check(
        response_dict: Mapping[str, Any], operation_model: OperationModel, **_: object
    ) -> None:
        status, body = response_dict["status_code"], response_dict["body"]
        if not is_aws_response(operation_model, status, body):
            shown = clean(body.decode(errors="replace"), MAX_SHOWN) or "an empty body"
            raise CommandError(
                f"{client.meta.endpoint_url} is not AWS: it answered {operation_model.name} with"
                f" {shown} (status {status}); check --endpoint-url and AWS_ENDPOINT_URL"
            )

    client.meta.events.register("before-parse", check)


def is_aws_response(operation: OperationModel, status: int, body: bytes) -> bool:
    """Return whether a response is in the service's protocol.

    botocore 1.43 does not check this: its parsers raise their own error for what is not XML, a
    KeyError for other XML, and read what is not JSON as an empty response.
    """
    protocol = operation.service_model.resolved_protocol
    if protocol == "query":
        answer = {"status_code": status, "body": body, "headers": {}}
        try:
            create_parser(protocol).parse(answer, operation.output_shape)  # type: ignore[arg-type] # or None
        except (ResponseParserError, KeyError):
            return False
        return True
    shape = operation.output_shape
    members = shape.members if shape and status < ERROR else {}
    if status >= SERVER_ERROR or not (body or members):
        return True
    try:
        parsed = json.loads(body)
    except ValueError:
        return False
    names = {member.serialization.get("name", name) for name, member in members.items()}
    return isinstance(parsed, dict) and (not parsed or not names or not names.isdisjoint(parsed))
