"""Everything in the definition is asked about, in requests that TestState takes."""

from __future__ import annotations

import json
import re
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest
from botocore.session import get_session
from botocore.validate import ParamValidator

from local.asl.transitions import load
from local.test_state.requests import questions, to_ask

if TYPE_CHECKING:
    from collections.abc import Iterator

    from botocore.model import Shape

    from local.test_state.requests import Question

MACHINE = load()


def operation(service: str, name: str) -> Any:  # noqa: ANN401 - its shapes, without their None
    return get_session().get_service_model(service).operation_model(name)


def too_long(shape: Shape, value: Any) -> Iterator[str]:  # noqa: ANN401 - whatever JSON holds
    """Name each text that is longer than the model allows, which botocore itself does not ask."""
    if shape.type_name == "structure":
        for key, inner in value.items():
            yield from too_long(shape.members[key], inner)  # type: ignore[attr-defined]
    elif isinstance(value, str) and len(value.encode()) > shape.metadata.get("max", len(value)):
        yield shape.name


def test_every_state_transition_catch_and_retry_is_asked_about(asked: list[Question]) -> None:
    wanted = to_ask(MACHINE)

    assert list(Counter(one.about for one in asked)) == wanted
    assert {one.request["stateName"] for one in asked} == set(MACHINE["States"])
    print(f"{len(asked)} requests about {len(wanted)} parts")  # noqa: T201 - pytest -s


def test_nothing_is_asked_that_no_execution_had() -> None:
    assert questions(json.dumps(MACHINE), []) == []


def test_every_request_is_valid_by_botocores_model_of_test_state(asked: list[Question]) -> None:
    shape = operation("stepfunctions", "TestState").input_shape

    for one in asked:
        report = ParamValidator().validate(one.request, shape)
        assert not report.has_errors(), f"{one.about}: {report.generate_report()}"
        assert list(too_long(shape, one.request)) == []


def test_a_text_that_is_too_long_is_found() -> None:
    shape = operation("stepfunctions", "TestState").input_shape

    assert list(too_long(shape, {"mock": {"errorOutput": {"error": "x" * 257}}}))


def test_tasks_and_only_they_have_a_mock_and_only_with_a_mock_goes_a_context(
    asked: list[Question],
) -> None:
    for one in asked:
        is_task = MACHINE["States"][one.request["stateName"]]["Type"] == "Task"
        assert one.mocked is ("context" in one.request) is is_task


def test_a_task_is_given_all_that_it_reads_of_the_context(asked: list[Question]) -> None:
    for one in asked:
        state = MACHINE["States"][one.request["stateName"]]
        for path in re.findall(r"\$\$\.([\w.]+)", json.dumps(state) if one.mocked else ""):
            context = json.loads(one.request["context"])
            for key in path.split("."):
                context = context[key]


def test_no_request_names_a_substitution_that_is_not_filled_in(asked: list[Question]) -> None:
    for one in asked:
        assert "${" not in one.request["definition"]


def test_a_mock_that_is_to_be_checked_conforms_to_the_services_own_model(
    asked: list[Question],
) -> None:
    checked = [one for one in asked if one.request.get("mock", {}).get("result")]
    strict = [one for one in checked if one.request["mock"]["fieldValidationMode"] == "STRICT"]

    assert {one.request["stateName"] for one in checked if one not in strict} == {
        name for name, one in MACHINE["States"].items() if ":lambda:" in one.get("Resource", "")
    }
    for one in strict:
        service, name = MACHINE["States"][one.request["stateName"]]["Resource"].split(":")[-2:]
        shape = operation(service, name[0].upper() + name[1:]).output_shape
        report = ParamValidator().validate(json.loads(one.request["mock"]["result"]), shape)
        assert not report.has_errors(), report.generate_report()


@pytest.mark.parametrize("status", ["SUCCEEDED", "CAUGHT_ERROR", "RETRIABLE", "FAILED"])
def test_each_status_is_expected_of_something(status: str, asked: list[Question]) -> None:
    assert any(one.answer["status"] == status for one in asked)


def test_an_error_is_to_be_caught_after_the_last_try_and_tried_again_before(
    asked: list[Question],
) -> None:
    for one in asked:
        retries = MACHINE["States"][one.request["stateName"]].get("Retry", [])
        before = one.request.get("stateConfiguration", {}).get("retrierRetryCount")
        if one.answer["status"] == "CAUGHT_ERROR":
            assert before in [retry["MaxAttempts"] for retry in retries] or not retries
        if one.answer["status"] == "RETRIABLE":
            assert before < max(retry["MaxAttempts"] for retry in retries)
