"""The requests cover the whole definition and are valid; `make test-aws` without an account."""

from __future__ import annotations

import json
import os
import re
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import pytest
from botocore.session import get_session
from botocore.validate import ParamValidator

from local.asl.transitions import load_definition
from local.environment import NOWHERE, local_environment
from local.test_state.__main__ import main
from local.test_state.requests import subjects

if TYPE_CHECKING:
    from collections.abc import Iterator

    from botocore.model import Shape

    from local.test_state.requests import StateRequest

MACHINE = load_definition()


def operation(service: str, name: str) -> Any:  # noqa: ANN401 - its shapes, without their None
    return get_session().get_service_model(service).operation_model(name)


def too_long(shape: Shape, value: Any) -> Iterator[str]:  # noqa: ANN401 - whatever JSON holds
    """Yield the shape of each text that is too long, which botocore does not check."""
    if shape.type_name == "structure":
        for key, inner in value.items():
            yield from too_long(shape.members[key], inner)  # type: ignore[attr-defined]
    elif isinstance(value, str) and len(value.encode()) > shape.metadata.get("max", len(value)):
        yield shape.name


def test_requests_cover_every_state_transition_catch_and_retry(
    requests: list[StateRequest],
) -> None:
    assert [request.subject for request in requests] == subjects(MACHINE)
    assert {request.arguments["stateName"] for request in requests} == set(MACHINE["States"])


def test_every_request_is_valid_in_botocores_model(requests: list[StateRequest]) -> None:
    shape = operation("stepfunctions", "TestState").input_shape

    for request in requests:
        report = ParamValidator().validate(request.arguments, shape)
        assert not report.has_errors(), f"{request.subject}: {report.generate_report()}"
        assert list(too_long(shape, request.arguments)) == []


def test_a_text_that_is_too_long_is_detected() -> None:
    shape = operation("stepfunctions", "TestState").input_shape

    assert list(too_long(shape, {"mock": {"errorOutput": {"error": "x" * 257}}}))


def test_tasks_and_only_tasks_have_a_mock_and_a_context(
    requests: list[StateRequest],
) -> None:
    for request in requests:
        is_task = MACHINE["States"][request.arguments["stateName"]]["Type"] == "Task"
        assert request.mocked is ("context" in request.arguments) is is_task


def test_a_task_gets_every_context_value_that_it_reads(requests: list[StateRequest]) -> None:
    for request in requests:
        state = MACHINE["States"][request.arguments["stateName"]]
        for path in re.findall(r"\$\$\.([\w.]+)", json.dumps(state) if request.mocked else ""):
            context = json.loads(request.arguments["context"])
            for key in path.split("."):
                context = context[key]


def test_every_substitution_is_filled_in(requests: list[StateRequest]) -> None:
    for request in requests:
        assert "${" not in request.arguments["definition"]


def test_strictly_validated_mocks_conform_to_the_services_model(
    requests: list[StateRequest],
) -> None:
    checked = [request for request in requests if request.arguments.get("mock", {}).get("result")]
    strict = [
        request
        for request in checked
        if request.arguments["mock"]["fieldValidationMode"] == "STRICT"
    ]

    assert {request.arguments["stateName"] for request in checked if request not in strict} == {
        name for name, state in MACHINE["States"].items() if ":lambda:" in state.get("Resource", "")
    }
    for request in strict:
        service, name = MACHINE["States"][request.arguments["stateName"]]["Resource"].split(":")[
            -2:
        ]
        shape = operation(service, name[0].upper() + name[1:]).output_shape
        report = ParamValidator().validate(json.loads(request.arguments["mock"]["result"]), shape)
        assert not report.has_errors(), report.generate_report()


@pytest.mark.parametrize("status", ["SUCCEEDED", "CAUGHT_ERROR", "RETRIABLE", "FAILED"])
def test_each_status_is_expected_somewhere(status: str, requests: list[StateRequest]) -> None:
    assert any(request.expected["status"] == status for request in requests)


def test_errors_are_retried_until_the_last_try_and_then_caught(
    requests: list[StateRequest],
) -> None:
    for request in requests:
        retries = MACHINE["States"][request.arguments["stateName"]].get("Retry", [])
        before = request.arguments.get("stateConfiguration", {}).get("retrierRetryCount")
        if request.expected["status"] == "CAUGHT_ERROR":
            assert before in [retry["MaxAttempts"] for retry in retries] or not retries
        if request.expected["status"] == "RETRIABLE":
            assert before < max(retry["MaxAttempts"] for retry in retries)


@pytest.mark.parametrize(
    ("without", "message"),
    [
        (("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"), "no AWS credentials (AWS_PROFILE, "),
        (("AWS_REGION", "AWS_DEFAULT_REGION"), "no AWS region (AWS_DEFAULT_REGION, "),
    ],
)
def test_missing_configuration_is_reported_in_one_line(
    without: tuple[str, ...], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    environment = local_environment(NOWHERE)
    for name in without:
        del environment[name]

    with patch.dict(os.environ, environment, clear=True):
        main()

    [line] = capsys.readouterr().out.splitlines()
    assert line.startswith(f"test-aws: skipped, {message}")


def test_a_missing_profile_is_reported_in_one_line(
    capsys: pytest.CaptureFixture[str],
) -> None:
    environment = local_environment(NOWHERE) | {"AWS_PROFILE": "nobody"}

    with patch.dict(os.environ, environment, clear=True), pytest.raises(SystemExit) as ended:
        main()

    assert ended.value.code == 2
    assert capsys.readouterr().out == (
        "test-aws: request failed: The config profile (nobody) could not be found\n"
    )
