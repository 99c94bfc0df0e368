"""Sends requests of TestState and compares the responses with what executions did."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from local.test_state.matchers import Matcher

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mypy_boto3_stepfunctions import SFNClient

    from local.asl.transitions import Json
    from local.test_state.requests import StateRequest


#: Characters of a value that are shown.
WIDTH = 120


def send(client: SFNClient, request: StateRequest, role: str = "") -> dict[str, str]:
    """Send one request and describe how the response differs from the expected one.

    Args:
        client: of Step Functions.
        request: the request.
        role: ARN of the role that TestState assumes if there is no mock; "" for none.

    Returns:
        A line for each field that differs, by the name of the field; `rejected` if the request
        itself was invalid.

    Raises:
        ClientError: AWS refuses for another reason, such as a missing permission.
        BotoCoreError: AWS cannot be reached.
    """
    of_request = client.meta.service_model.operation_model("TestState").error_shapes
    arguments = request.arguments | ({"roleArn": role} if role and not request.mocked else {})
    try:
        return differences(request, {**client.test_state(**arguments)})
    except ClientError as error:
        if error.response["Error"]["Code"] not in {shape.name for shape in of_request}:
            raise
        return {"rejected": str(error)}


def differences(request: StateRequest, response: Json) -> dict[str, str]:
    """Describe the differences of a response from the expected one, by field."""
    actual = compared_fields(response)
    by_field = {
        name: "; ".join(_differences(name, expected, actual[name]))
        for name, expected in request.expected.items()
    }
    return {name: lines for name, lines in by_field.items() if lines}


def compared_fields(response: Json) -> Json:
    """Return the fields of a response that are compared, JSON parsed; None for a missing one."""
    inspected = response.get("inspectionData", {})
    error = inspected.get("errorDetails", {})
    texts = {"output": response.get("output"), "afterParameters": inspected.get("afterParameters")}
    return {
        **{name: response.get(name) for name in ("status", "nextState", "error", "cause")},
        **{name: text if text is None else json.loads(text) for name, text in texts.items()},
        **{
            name: error.get(name)
            for name in ("catchIndex", "retryIndex", "retryBackoffIntervalSeconds")
        },
    }


def _differences(path: str, expected: Any, actual: Any) -> Iterator[str]:  # noqa: ANN401 - JSON
    if isinstance(expected, Matcher):
        if not expected.matches(actual):
            yield f"{path} is {_format(actual)}, not {expected}"
    elif isinstance(expected, dict) and isinstance(actual, dict):
        for key in expected | actual:
            if key in expected and key in actual:
                yield from _differences(f"{path}.{key}", expected[key], actual[key])
            else:
                yield f"{path}.{key} is {'missing' if key in expected else 'unexpected'}"
    elif isinstance(expected, list) and isinstance(actual, list) and len(expected) == len(actual):
        for number, (left, right) in enumerate(zip(expected, actual, strict=True)):
            yield from _differences(f"{path}[{number}]", left, right)
    elif isinstance(expected, str) and isinstance(actual, str) and "\n" in expected:
        yield from _differences(path, expected.split("\n"), actual.split("\n"))
    elif expected != actual or isinstance(expected, bool) is not isinstance(actual, bool):
        yield f"{path} is {_format(actual)}, not {_format(expected)}"


def _format(value: object) -> str:
    """Format a value as one line, shortened if it is long."""
    text = "null" if value is None else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= WIDTH else text[:WIDTH] + "\N{HORIZONTAL ELLIPSIS}"
