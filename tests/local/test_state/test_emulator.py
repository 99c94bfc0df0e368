"""The questions, put to the emulator's TestState: it answers as the stories' executions had it.

Where it is known to differ from what AWS documents of TestState ("Testing state machines with
TestState API") that is said here, and holds for these questions only.
"""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.exceptions import ClientError
from botocore.stub import Stubber

from local.asl.transitions import Kind, Retrier, Way, load, ways
from local.environment import NOWHERE, client_settings
from local.test_state.__main__ import put
from local.test_state.compare import ask

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions import SFNClient

    from local.asl.transitions import Json
    from local.test_state.requests import Question


def known(question: Question) -> set[str]:
    """Give the parts that the emulator answers otherwise than AWS would."""
    found = set()
    if isinstance(question.about, Retrier):
        # It looks at Catch before Retry, so that nothing is ever tried again.
        found |= {"status", "nextState", "output", "retryIndex", "retryBackoffIntervalSeconds"}
    if isinstance(question.about, Way) and question.about.kind is Kind.CATCH:
        found.add("catchIndex")  # it does not say which one
    if says_a_boolean(question.request):
        found.add("afterParameters")  # States.Format makes True of true
    return found


def says_a_boolean(request: Json) -> bool:
    """Whether a task is asked with a text into which a boolean is put."""
    parameters = json.loads(request["definition"])["States"][request["stateName"]].get("Parameters")
    texts = [one for one in (parameters or {}).values() if str(one).startswith("States.Format(")]
    return any(
        isinstance(value_at(path, json.loads(request["input"])), bool)
        for path in re.findall(r"\$\.([\w.]+)", " ".join(texts))
    )


def value_at(path: str, value: Any) -> Any:  # noqa: ANN401 - whatever JSON holds
    for key in path.split("."):
        value = value.get(key, {})
    return value


def test_the_emulator_answers_what_the_executions_had_but_where_it_is_known_to_differ(
    asked: list[Question], emulator: SFNClient
) -> None:
    found = {number: ask(emulator, one) for number, one in enumerate(asked)}

    for number, one in enumerate(asked):
        assert set(found[number]) == known(one), f"{one.about}: {found[number]}"


def test_a_retry_answers_too_where_the_emulator_sees_no_catch(
    asked: list[Question], emulator: SFNClient
) -> None:
    for one in asked:
        if isinstance(one.about, Retrier):
            machine = json.loads(one.request["definition"])
            state = machine["States"][one.about.state]
            del state["Catch"]
            alone = replace(one, request=one.request | {"definition": json.dumps(machine)})
            retry, before = state["Retry"][one.about.number], one.request["stateConfiguration"]
            grown = retry["IntervalSeconds"] * retry["BackoffRate"] ** before["retrierRetryCount"]
            # It ignores MaxDelaySeconds.
            too_late = (
                {"retryBackoffIntervalSeconds"} if grown > retry["MaxDelaySeconds"] else set()
            )
            assert set(ask(emulator, alone)) == (known(one) & {"afterParameters"}) | too_late


def noticed(machine: Json, asked: list[Question], emulator: SFNClient) -> set[str]:
    """Give what a broken definition answers otherwise, where the sound one does not."""
    definition = json.dumps(machine)
    broken = [replace(one, request=one.request | {"definition": definition}) for one in asked]
    return {part for one in broken for part in ask(emulator, one).keys() - known(one)}


@pytest.mark.parametrize("way", ways(load()), ids=str)
def test_a_way_that_leads_elsewhere_is_noticed(
    way: Way, asked: list[Question], emulator: SFNClient
) -> None:
    [question] = [one for one in asked if one.about == way]
    machine = json.loads(question.request["definition"])
    state = machine["States"][way.origin]
    rule = {Kind.RULE: "Choices", Kind.CATCH: "Catch"}.get(way.kind)
    leads = state[rule][way.number] if rule else state
    leads[Kind.DEFAULT if way.kind is Kind.DEFAULT else Kind.NEXT] = "Elsewhere"

    assert noticed(machine, [question], emulator) == {"nextState"}


@pytest.mark.parametrize(
    ("name", "field"),
    [
        (name, field)
        for name, state in load()["States"].items()
        for field in ("InputPath", "Parameters", "ResultSelector", "ResultPath")
        if field in state
    ],
)
def test_a_field_that_is_forgotten_is_noticed(
    name: str, field: str, asked: list[Question], emulator: SFNClient
) -> None:
    about = [one for one in asked if one.request["stateName"] == name]
    machine = json.loads(about[0].request["definition"])
    del machine["States"][name][field]

    assert noticed(machine, about, emulator)


def test_a_request_that_is_refused_is_said(asked: list[Question], emulator: SFNClient) -> None:
    unread = replace(asked[0], request=asked[0].request | {"definition": "{"})

    assert "InvalidDefinition" in ask(emulator, unread)["refused"]


def test_that_the_caller_may_not_ask_is_no_answer(asked: list[Question]) -> None:
    client = boto3.client("stepfunctions", **client_settings(NOWHERE))  # type: ignore[call-overload]
    with Stubber(client) as denying:
        denying.add_client_error("test_state", "AccessDeniedException")

        with pytest.raises(ClientError):
            ask(client, asked[0])


def test_the_command_says_what_differs_and_fails_then(
    asked: list[Question], emulator: SFNClient, capsys: pytest.CaptureFixture[str]
) -> None:
    alike = [one for one in asked if not known(one)]
    caught = next(one for one in asked if known(one) == {"catchIndex"})

    assert put(alike, emulator) == 0
    assert f"{len(alike)} requests" in capsys.readouterr().out
    assert put([caught], emulator) == 1
    assert f"  {caught.about}\n    catchIndex is null, not 0\n1 of 1" in capsys.readouterr().out
