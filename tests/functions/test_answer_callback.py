"""Callbacks over HTTP to SSM, DynamoDB and SNS: what callers hear, and what changes."""

from __future__ import annotations

import io
import json
import time
from contextlib import redirect_stdout
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters.incident_store import MAX_PIN_TRIES
from local.connect.text_to_speech import synthesize
from local.emulator.process import Emulator
from local.environment import NOWHERE
from oncall.incident_record import ACKNOWLEDGED, FAILED, UNANSWERED
from oncall.pin import hash_pin
from tests.cli.incident_table_stack import IncidentStack
from tests.functions.invoke import MUTATED_REQUESTS, imported, invoke
from tests.unit.json_values import any_json, spoiled
from workflow.contact_flow.callback_flow import KEPT_RESULTS
from workflow.contact_flow.flow import ANSWERS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

    from oncall.incident_record import Record

Json = dict[str, Any]
ANA, BO, STRANGER, PIN = "+14155550132", "+14155550133", "+14155550199", "271828"
ID = "4711/ab cd"
ROSTERS = {
    "default": "language: de-DE\ncontacts: [{name: Ana, phone: +14155550132, language: en-US}]",
    "web": f"contacts: [{{name: Ana W, phone: {ANA}}}, {{name: Bo, phone: {BO}}}]",
    "db": "contacts: [",
}


@pytest.fixture(scope="module")
def stack() -> Iterator[IncidentStack]:
    """A stack with an incident table, and the topic."""
    with Emulator() as emulator:
        found = IncidentStack(emulator)
        found.client("sns").create_topic(Name="notifications")
        yield found


@pytest.fixture(scope="module")
def environment(stack: IncidentStack) -> dict[str, str]:
    """The function's variables."""
    [topic] = stack.client("sns").list_topics()["Topics"]
    return {
        "INCIDENT_TABLE": stack.name,
        "ROSTER_PREFIX": "/callout/rosters/",
        "TEAMS": "default,web,db",
        "FALLBACK_TEAM": "default",
        "NOTIFICATION_TOPIC": topic["TopicArn"],
        "UNKNOWN_CALLERS": "hang_up",
        "ACCOUNT_NAMES": "{}",
    }


@pytest.fixture(scope="module")
def function(stack: IncidentStack, environment: dict[str, str]) -> Iterator[ModuleType]:
    """Import the function."""
    with imported("answer_callback", stack.emulator.url, environment) as module:
        yield module


@pytest.fixture(autouse=True)
def save(stack: IncidentStack, function: ModuleType) -> None:
    """Empty the table, and save the rosters."""
    stack.clear()
    save_rosters(stack, function, ROSTERS)


@pytest.fixture
def record(stack: IncidentStack) -> Record:
    """An open incident of the first team."""
    return stack.open_incident(ID, kind="page", title="Disk full", facts={"title": "Disk full"})


def save_rosters(stack: IncidentStack, function: ModuleType, rosters: dict[str, str]) -> None:
    for team, text in rosters.items():
        name = f"/callout/rosters/{team}"
        stack.client("ssm").put_parameter(Name=name, Value=text, Type="String", Overwrite=True)
    function.rosters.__init__(function.ssm, function.dynamodb)  # no cache


def request(number: object, step: str = "look_up", **parameters: str) -> Json:
    """Return the event of Connect."""
    contact = {"Channel": "VOICE", "CustomerEndpoint": {"Address": number}}
    parameters = {"step": step, **parameters}
    return {"Name": "E", "Details": {"ContactData": contact, "Parameters": parameters}}


def look_up(function: ModuleType, number: object) -> dict[str, str]:
    """Look a caller up; check that the flow can store and speak the result."""
    found = invoke(function, request(number))
    assert set(KEPT_RESULTS) <= found.keys()
    assert all(isinstance(value, str) and value for value in found.values())
    for name in ("message", *(name for name in found if name.startswith("prompt_"))):
        synthesize(found[name])
    return found


def acknowledge(function: ModuleType, number: str, incidents: str, pin: str = "") -> Json:
    pins = {"pin": pin} if pin else {}
    more = {"answer": "acknowledged", "incidents": incidents, **pins}
    return invoke(function, request(number, "answer", **more))


def text(ssml: str) -> str:
    return synthesize(ssml).text


def test_a_responder_hears_what_is_open_and_acknowledges_it(
    function: ModuleType, stack: IncidentStack, record: Record, published: list[Json]
) -> None:
    found = look_up(function, ANA)

    assert (found["next"], found["pin"], found["voice"]) == ("ask", "no", "Joanna")
    assert "Disk full" in text(found["message"])
    assert "Press 1 to acknowledge" in text(found["message"])
    assert stack.read(record).open

    confirmed = acknowledge(function, ANA, found["incidents"])

    known = stack.read(record)
    assert (known.outcome, known.closed_by) == (ACKNOWLEDGED, "Ana")
    assert known.closed_via == "callback +1********32"
    assert (confirmed["result"], "Acknowledged." in text(confirmed["message"])) == ("done", True)
    [sent] = published
    assert sent["Subject"] == "Callout: acknowledged - Disk full"
    assert sent["Message"].startswith("Angenommen von Ana per Rückruf von +1********32, ")
    assert "no open incidents" in text(look_up(function, ANA)["message"]).lower()
    # Connect retries an invocation that took too long.
    again = acknowledge(function, ANA, found["incidents"])
    assert (again, len(published)) == (confirmed, 1)


def test_another_answer_that_was_faster_is_not_replaced(
    function: ModuleType, stack: IncidentStack, record: Record, published: list[Json]
) -> None:
    found = look_up(function, ANA)
    stack.close_incident(record, ACKNOWLEDGED, "Bo")

    answered = acknowledge(function, ANA, found["incidents"])

    assert "already acknowledged" in text(answered["message"])
    assert (stack.read(record).closed_by, published) == ("Bo", [])


def test_all_teams_of_the_caller_are_announced_by_severity_and_named_by_their_rosters(
    function: ModuleType, stack: IncidentStack, record: Record
) -> None:
    urgent = stack.open_incident("2", team="web", severity="critical", title="Site down")
    orphan = stack.open_incident("3", team="db", title="No usable roster")
    stack.open_incident("4", team="other", title="Not theirs")
    stack.open_incident("5", test=True, title="Only a test")

    found = look_up(function, ANA)

    assert found["incidents"].split()[0] == "web/2"
    assert set(found["incidents"].split()) == {"web/2", "default/4711%2Fab%20cd", "db/3"}
    acknowledge(function, ANA, found["incidents"])
    names = [stack.read(each).closed_by for each in (urgent, record, orphan)]
    assert names == ["Ana W", "Ana", "Ana"]


def test_only_what_was_announced_and_is_the_callers_is_acknowledged(
    function: ModuleType, stack: IncidentStack, record: Record
) -> None:
    incidents = look_up(function, ANA)["incidents"]
    later = stack.open_incident("later")

    acknowledge(function, BO, incidents)
    acknowledge(function, STRANGER, incidents)
    assert stack.read(record).open
    acknowledge(function, ANA, incidents)

    assert [stack.read(each).open for each in (record, later)] == [False, True]


@pytest.mark.parametrize("outcome", [UNANSWERED, FAILED])
def test_a_page_that_nobody_answered_can_be_acknowledged_late(
    function: ModuleType, stack: IncidentStack, record: Record, outcome: str
) -> None:
    stack.close_incident(record, outcome)
    assert stack.table.acquire_lock("default", "mine", expired="")
    assert stack.table.release_lock("default", "mine", acknowledged_by="", unanswered=[ID, "gone"])

    found = look_up(function, ANA)
    acknowledge(function, ANA, found["incidents"])

    known = stack.read(record)
    assert (known.outcome, known.unacked_outcome) == (ACKNOWLEDGED, outcome)
    assert look_up(function, ANA)["next"] == "say"


def test_key_2_changes_nothing(
    function: ModuleType, stack: IncidentStack, record: Record, published: list[Json]
) -> None:
    incidents = look_up(function, ANA)["incidents"]

    answered = invoke(function, request(ANA, "answer", answer="declined", incidents=incidents))

    assert "Any page in progress continues." in text(answered["message"])
    assert stack.read(record).open
    assert published == []


@pytest.mark.parametrize("number", [STRANGER, "", None, "anonymous", "4155550132", ANA + "0", 7])
def test_an_unknown_caller_hears_so_and_nothing_else(
    function: ModuleType, stack: IncidentStack, record: Record, number: object
) -> None:
    found = look_up(function, number)

    assert (found["next"], found["language"]) == ("say", "de-DE")
    assert text(found["message"]).startswith("Ihre Nummer steht in keinem Dienstplan.")
    assert "number" not in found
    assert stack.read(record).open


def test_an_unknown_caller_can_reach_the_person_on_call_by_a_setting(
    stack: IncidentStack, environment: dict[str, str]
) -> None:
    connecting = environment | {"UNKNOWN_CALLERS": "connect"}
    with imported("answer_callback", stack.emulator.url, connecting) as module:
        found = look_up(module, None)
    assert (found["next"], found["number"]) == ("connect", ANA)
    assert "nicht erreichbar" in text(found["prompt_failed"])


def test_a_pin_is_needed_and_too_many_wrong_ones_lock_the_caller_id(
    function: ModuleType,
    stack: IncidentStack,
    record: Record,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    contacts = f"contacts: [{{name: Ana, phone: {ANA}, pin: {hash_pin(PIN)}}}]"
    save_rosters(stack, function, {"default": contacts})
    found = look_up(function, ANA)
    assert found["pin"] == "yes"

    for pin in ("", "Timeout", "271829", PIN + "0", PIN[1:], "²71828"):
        wrong = acknowledge(function, ANA, found["incidents"], pin)
        assert (wrong["result"], text(wrong["message"])) == ("wrong_pin", "That PIN is wrong.")
    refused = acknowledge(function, ANA, found["incidents"], PIN)
    assert (refused["result"], "Too many" in text(refused["message"])) == ("done", True)
    assert stack.read(record).open
    assert PIN not in capsys.readouterr().out

    now = time.time() + 60 * 60 + 1
    monkeypatch.setattr("adapters.callback_answers.time.time", lambda: now)
    for _ in range(2 * MAX_PIN_TRIES):  # a right PIN resets the count
        assert acknowledge(function, ANA, found["incidents"], PIN)["result"] == "done"
    assert stack.read(record).closed_by == "Ana"


@pytest.mark.parametrize("service", ["SSM", "DYNAMODB"])
def test_a_failing_dependency_is_an_error_that_the_flow_speaks(
    stack: IncidentStack, environment: dict[str, str], record: Record, service: str
) -> None:
    failing = environment | {f"AWS_ENDPOINT_URL_{service}": NOWHERE}
    with imported("answer_callback", stack.emulator.url, failing) as module:
        for number in (ANA, STRANGER):
            if (service, number) != ("DYNAMODB", STRANGER):
                with pytest.raises(Exception, match="onnect"):
                    module.handler(request(number), None)
    assert stack.read(record).open


def test_an_answer_counts_although_sns_fails(
    stack: IncidentStack, environment: dict[str, str], record: Record
) -> None:
    failing = environment | {"AWS_ENDPOINT_URL_SNS": NOWHERE}
    with imported("answer_callback", stack.emulator.url, failing) as module:
        found = look_up(module, ANA)
        assert acknowledge(module, ANA, found["incidents"])["result"] == "done"
    assert stack.read(record).closed_by == "Ana"


def test_rosters_are_read_once_a_minute(
    function: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    look_up(function, ANA)
    monkeypatch.setattr(function.ssm, "get_parameter", None)
    look_up(function, STRANGER)


@settings(
    max_examples=MUTATED_REQUESTS,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    deadline=None,
)
@given(st.data())
def test_mutated_events_neither_fail_nor_change_anything(
    function: ModuleType, stack: IncidentStack, record: Record, data: st.DataObject
) -> None:
    """Without key 1 of the responder, or without the right PIN, nothing changes."""
    contacts = f"contacts: [{{name: Ana, phone: {ANA}, pin: {hash_pin(PIN)}}}]"
    save_rosters(stack, function, {"default": contacts})
    before = stack.read(record)
    number = data.draw(st.sampled_from([ANA, BO, STRANGER, ""]))
    parameters = {
        "answer": data.draw(st.sampled_from(["acknowledged", "declined"]) | st.text()),
        "incidents": data.draw(st.sampled_from(["default/4711%2Fab%20cd", "/", "a/b/c"])),
        "pin": data.draw(st.sampled_from(["", "Timeout", "1234"]) | st.text()),
    }
    event: Any = request(number, data.draw(st.sampled_from(["look_up", "answer"])), **parameters)
    if data.draw(st.booleans()):
        event = data.draw(spoiled(event) | any_json)

    with redirect_stdout(io.StringIO()) as log:
        answer = function.handler(event, None)

    assert all(isinstance(value, str) for value in answer.values())
    assert stack.read(record) == before
    lines = [json.loads(line) for line in log.getvalue().splitlines()]
    assert all(line.get("answer", "") in ("", *ANSWERS.values()) for line in lines)
    assert not number or number not in log.getvalue()
