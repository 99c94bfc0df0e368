"""Whether it is AWS that answers, or an emulator of it: at a wrong address, anything may."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from botocore.parsers import ResponseParserError, create_parser

from callout.errors import CommandError
from oncall.text import clean

if TYPE_CHECKING:
    from collections.abc import Mapping

    from botocore.model import OperationModel

#: HTTP statuses: from the first on an answer is an error; from the second on a service is ill,
#: and it may be something before it that says so. botocore asks again.
ERROR, ILL = 300, 500
#: Characters of an answer that are shown.
SHOWN = 40


def refuse_others(client: Any) -> None:  # noqa: ANN401 - boto3 makes its clients' classes at run time
    """Have a client's requests raise CommandError where what answers is not AWS."""

    def look(
        response_dict: Mapping[str, Any], operation_model: OperationModel, **_: object
    ) -> None:
        status, body = response_dict["status_code"], response_dict["body"]
        if not is_of_aws(operation_model, status, body):
            said = clean(body.decode(errors="replace"), SHOWN) or "nothing"
            raise CommandError(
                f"what answers at {client.meta.endpoint_url} is not AWS: it said {said} ({status})"
                f" to {operation_model.name}; see --endpoint-url and AWS_ENDPOINT_URL"
            )

    client.meta.events.register("before-parse", look)


def is_of_aws(asked: OperationModel, status: int, body: bytes) -> bool:
    """Say whether an answer is in the service's protocol.

    botocore 1.43 does not: its parsers raise an error of their own where something is no XML, a
    KeyError where it is other XML, and read what is no JSON as an answer with nothing in it.
    """
    protocol = asked.service_model.resolved_protocol
    if protocol == "query":
        answer = {"status_code": status, "body": body, "headers": {}}
        try:
            create_parser(protocol).parse(answer, asked.output_shape)  # type: ignore[arg-type] # or None
        except (ResponseParserError, KeyError):
            return False
        return True
    members = asked.output_shape.members if asked.output_shape and status < ERROR else {}
    if status >= ILL or not (body or members):
        return True
    try:
        said = json.loads(body)
    except ValueError:
        return False
    names = {shape.serialization.get("name", name) for name, shape in members.items()}
    return isinstance(said, dict) and (not said or not names or not names.isdisjoint(said))
