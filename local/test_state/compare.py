"""Asks TestState, and compares what it answers with what an execution had."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from mypy_boto3_stepfunctions import SFNClient

    from local.asl.transitions import Json
    from local.test_state.requests import Question


#: Characters of a value that are shown.
WIDTH = 120


@dataclass(frozen=True)
class Wanted:
    """Stands in an expected answer for a value that nobody can know beforehand.

    Attributes:
        said: what it is, in words.
        holds: whether a value will do.
    """

    said: str
    holds: Callable[[Any], bool]

    def __str__(self) -> str:
        return self.said


def _is_text(got: object) -> bool:
    return isinstance(got, str) and got != ""


def _is_up_to(most: float, got: float | None) -> bool:
    return got is not None and 0 <= got <= most


OF_CONTEXT = Wanted("a text of the context object", _is_text)


def up_to(seconds: float) -> Wanted:
    """Want a delay with full jitter, which is drawn between nothing and all of it."""
    return Wanted(f"0 to {seconds:g}", partial(_is_up_to, seconds))


def ask(client: SFNClient, question: Question, role: str = "") -> dict[str, str]:
    """Ask one question, and say what is otherwise than expected.

    Args:
        client: of Step Functions.
        question: what is asked.
        role: ARN of the role that TestState takes where there is no mock; "" to go without.

    Returns:
        A line by the name of each part of the answer that differs; `refused` where the request
        itself was.

    Raises:
        ClientError: AWS refuses for a reason that is not the request's own: no permission, say.
        BotoCoreError: AWS cannot be reached.
    """
    of_request = client.meta.service_model.operation_model("TestState").error_shapes
    request = question.request | ({"roleArn": role} if role and not question.mocked else {})
    try:
        return differences(question, {**client.test_state(**request)})
    except ClientError as error:
        if error.response["Error"]["Code"] not in {shape.name for shape in of_request}:
            raise
        return {"refused": str(error)}


def differences(question: Question, answer: Json) -> dict[str, str]:
    """Say what of an answer is otherwise than expected, by its part."""
    got = parts(answer)
    compared = ((name, list(_apart(name, one, got[name]))) for name, one in question.answer.items())
    return {name: "; ".join(found) for name, found in compared if found}


def parts(answer: Json) -> Json:
    """Give the parts of an answer that are compared, JSON read; None for one that is not there."""
    inspected = answer.get("inspectionData", {})
    handled = inspected.get("errorDetails", {})
    read = {"output": answer.get("output"), "afterParameters": inspected.get("afterParameters")}
    return {
        **{name: answer.get(name) for name in ("status", "nextState", "error", "cause")},
        **{name: text if text is None else json.loads(text) for name, text in read.items()},
        **{name: handled.get(name) for name in ("catchIndex", "retryIndex")},
        "retryBackoffIntervalSeconds": handled.get("retryBackoffIntervalSeconds"),
    }


def _apart(where: str, expected: Any, got: Any) -> Iterator[str]:  # noqa: ANN401 - whatever JSON holds
    if isinstance(expected, Wanted):
        if not expected.holds(got):
            yield f"{where} is {_said(got)}, not {expected}"
    elif isinstance(expected, dict) and isinstance(got, dict):
        for key in expected | got:
            if key in expected and key in got:
                yield from _apart(f"{where}.{key}", expected[key], got[key])
            else:
                yield f"{where}.{key} is {'not ' * (key in expected)}there"
    elif isinstance(expected, list) and isinstance(got, list) and len(expected) == len(got):
        for number, (one, other) in enumerate(zip(expected, got, strict=True)):
            yield from _apart(f"{where}[{number}]", one, other)
    elif isinstance(expected, str) and isinstance(got, str) and "\n" in expected:
        yield from _apart(where, expected.split("\n"), got.split("\n"))
    elif expected != got or isinstance(expected, bool) is not isinstance(got, bool):
        yield f"{where} is {_said(got)}, not {_said(expected)}"


def _said(value: object) -> str:
    """Say a value in a line; a long one is cut."""
    text = "null" if value is None else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= WIDTH else text[:WIDTH] + "\N{HORIZONTAL ELLIPSIS}"
