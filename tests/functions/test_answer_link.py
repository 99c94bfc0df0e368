"""Requests with links over HTTP to SSM, DynamoDB and SNS: the pages, and what they change."""

from __future__ import annotations

import base64
import html
import re
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters.aws_clients import client
from adapters.incident_links import create_key, links_to, read_key
from local.emulator.process import Emulator
from local.environment import NOWHERE, local_environment
from oncall.incident import Incident
from oncall.incident_record import ACKNOWLEDGED, FAILED, RESOLVED, UNANSWERED
from oncall.links.link_token import KEY_PARAMETER, VALID_SECONDS, Link, sign
from tests.cli.incident_table_stack import IncidentStack, call
from tests.functions.invoke import MUTATED_REQUESTS, imported
from tests.unit.json_values import any_json, spoiled

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

    from oncall.incident_record import Record

Json = dict[str, Any]
KEY, ID = "k" * 43, "4711-abcd"
ROSTER = """
language: de-DE
timezone: Europe/Berlin
contacts:
  - {name: Ana, phone: +14155550132}
  - {name: "Bo <b>&", phone: +14155550133}
"""


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
        "FALLBACK_TEAM": "default",
        "NOTIFICATION_TOPIC": topic["TopicArn"],
    }


@pytest.fixture(scope="module")
def function(stack: IncidentStack, environment: dict[str, str]) -> Iterator[ModuleType]:
    """Import the function."""
    with imported("answer_link", stack.emulator.url, environment) as module:
        yield module


@pytest.fixture
def record(stack: IncidentStack, function: ModuleType) -> Record:
    """An open incident, with the roster and the key."""
    stack.clear()
    for name, value in (("/callout/rosters/default", ROSTER), (KEY_PARAMETER, KEY)):
        stack.client("ssm").put_parameter(Name=name, Value=value, Type="String", Overwrite=True)
    function.link_key.__init__(function.link_key._ssm)  # noqa: SLF001 - no cache
    title = "Disk <full> & more"
    fields: Json = {"kind": "page", "title": title, "facts": {"title": title}}
    return stack.open_incident(ID, account="123456789012", **fields)


def token(incident_id: str = ID, person: str = "", team: str = "default", seconds: int = 60) -> str:
    return sign(Link(team, incident_id, int(time.time()) + seconds, person), KEY)


def request(path: str, form: Json | None = None, *, method: str = "POST") -> Json:
    """Return an API Gateway event: a POST with a form, otherwise a GET."""
    event = {
        "pathParameters": {"token": path},
        "requestContext": {"http": {"method": "GET" if form is None else method}},
    }
    if form is None:
        return event
    body = base64.b64encode(urlencode(form).encode()).decode()
    return event | {"body": body, "isBase64Encoded": True}


def send(function: ModuleType, path: str, form: Json | None = None) -> tuple[int, str]:
    """Send a request; return the status and the text of the page."""
    answer = function.handler(request(path, form), None)
    assert answer["headers"]["cache-control"] == "no-store"
    assert answer["headers"]["referrer-policy"] == "no-referrer"
    assert "default-src 'none'" in answer["headers"]["content-security-policy"]
    for number in ("4155550132", "4155550133"):
        assert number not in answer["body"]
    return answer["statusCode"], answer["body"]


def test_opening_shows_the_incident_and_changes_nothing(
    function: ModuleType, stack: IncidentStack, record: Record, published: list[Json]
) -> None:
    before = stack.read(record)
    for method in ("GET", "HEAD", "PUT"):
        event = request(token(), {"action": "acknowledge", "by": "Ana"}, method=method)
        answer = function.handler(event, None)
        assert answer["statusCode"] == 200

    page = answer["body"]
    assert '<html lang="de-DE">' in page
    assert "Diesen Vorfall hat noch niemand angenommen." in page
    assert "Disk &lt;full&gt; &amp; more" in page
    assert "Konto: 123456789012" in page
    assert "(Europe/Berlin)" in page
    assert "<option>Ana</option><option>Bo &lt;b&gt;&amp;</option>" in page
    assert re.findall('<button[^>]*value="(.*?)">(.*?)<', page) == [
        ("acknowledge", "Annehmen"),
        ("resolve", "Gelöst"),
    ]
    assert stack.read(record) == before
    assert published == []


def test_the_button_acknowledges_once_and_notifies(
    function: ModuleType, stack: IncidentStack, record: Record, published: list[Json]
) -> None:
    status, page = send(function, token(), {"action": "acknowledge", "by": "Ana"})
    known = stack.read(record)
    again = send(function, token(), {"action": "acknowledge", "by": "Bo <b>&"})

    assert (status, known.outcome) == (200, ACKNOWLEDGED)
    assert (known.closed_by, known.closed_via, known.open) == ("Ana", "link", False)
    assert "<h1>Angenommen von Ana per Link, " in page
    assert "acknowledge" not in re.findall('value="(.*?)"', page)
    assert (again[0], stack.read(record)) == (200, known)
    assert "<h1>Angenommen von Ana per Link, " in again[1]
    [sent] = published
    assert sent["Subject"] == "Callout: acknowledged - Disk <full> & more"
    assert sent["Message"].startswith("Angenommen von Ana per Link, ")
    attributes = {name: each["StringValue"] for name, each in sent["MessageAttributes"].items()}
    assert attributes == {
        "team": "default",
        "severity": "high",
        "outcome": "acknowledged",
        "test": "false",
        "incident": record.incident.id,
    }


@pytest.mark.parametrize("outcome", ["", UNANSWERED, FAILED, ACKNOWLEDGED])
def test_the_button_resolves(
    function: ModuleType, stack: IncidentStack, record: Record, published: list[Json], outcome: str
) -> None:
    if outcome:
        stack.close_incident(record, outcome, calls=[call(1, "Ana", "no_answer")])

    status, page = send(function, token(person="Bo"), {"action": "resolve"})

    known = stack.read(record)
    assert (status, known.open, known.resolved_by) == (200, False, "Bo")
    assert known.outcome == (outcome or RESOLVED)
    assert "<h1>Gelöst von Bo, " in page
    assert "<form" not in page
    assert ("1. Ana +1********32: nicht abgehoben" in page) == bool(outcome)
    assert [sent["Subject"][:17] for sent in published] == ["Callout: resolved"]
    assert "Gelöst von Bo per Link, " in published[0]["Message"]


def test_an_unanswered_incident_is_acknowledged_late(
    function: ModuleType, stack: IncidentStack, record: Record
) -> None:
    stack.close_incident(record, UNANSWERED)
    assert "Niemand hat diesen Vorfall angenommen." in send(function, token())[1]

    assert send(function, token(), {"action": "acknowledge", "by": "Ana"})[0] == 200

    known = stack.read(record)
    assert (known.outcome, known.closed_by, known.closed_via) == (ACKNOWLEDGED, "Ana", "link")
    assert known.unacked_outcome == UNANSWERED


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"action": "acknowledge"},
        {"action": "acknowledge", "by": ""},
        {"action": "acknowledge", "by": "Mallory"},
        {"action": "delete", "by": "Ana"},
        {"action": "acknowledge", "by": "Ana", "padding": "x" * 5000},
    ],
)
def test_an_unusable_form_changes_nothing(
    function: ModuleType, stack: IncidentStack, record: Record, form: Json
) -> None:
    status, page = send(function, token(), form)

    assert (status, stack.read(record).open) == (400, True)
    assert '<select name="by" required>' in page
    assert ("Wählen Sie Ihren Namen" in page) == (form.get("action") != "delete")


def test_a_link_that_names_a_person_does_not_ask(
    function: ModuleType, stack: IncidentStack, record: Record
) -> None:
    assert 'name="by"' not in send(function, token(person="Cleo"))[1]

    send(function, token(person="Cleo"), {"action": "acknowledge", "by": "Ana"})

    assert stack.read(record).closed_by == "Cleo"


def test_without_a_roster_any_name_can_be_given(
    function: ModuleType, stack: IncidentStack, record: Record
) -> None:
    ssm = stack.client("ssm")
    ssm.put_parameter(Name="/callout/rosters/default", Value="-", Type="String", Overwrite=True)
    assert '<input name="by" required maxlength="64"' in send(function, token())[1]
    assert send(function, token(), {"action": "acknowledge", "by": "x" * 65})[0] == 400

    assert send(function, token(), {"action": "acknowledge", "by": "Zoe"})[0] == 200
    assert stack.read(record).closed_by == "Zoe"


def test_only_the_latest_valid_token_of_this_incident_works(
    function: ModuleType, stack: IncidentStack, record: Record, published: list[Json]
) -> None:
    valid = token()
    refused = [
        token(seconds=0),
        token(team="payments"),
        token("another"),
        valid[:-1],
        valid + "A",
        valid.swapcase(),
        "",
        "x",
        sign(Link("default", ID, int(time.time()) + 60), "another key" * 4),
    ]
    pages = {send(function, path, {"action": "resolve", "by": "Ana"}) for path in refused}

    assert pages == {(403, send(function, "")[1])}
    assert "This link is not valid" in send(function, "")[1]
    assert stack.read(record).open
    assert published == []


def test_a_deleted_key_ends_all_links_and_a_short_one_is_never_used(
    function: ModuleType, stack: IncidentStack, record: Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert send(function, token())[0] == 200
    stack.client("ssm").delete_parameter(Name=KEY_PARAMETER)
    now = time.time() + 60
    monkeypatch.setattr("adapters.incident_links.time.time", lambda: now)
    path = sign(Link("default", ID, int(now) + 60), KEY)
    assert send(function, path)[0] == 403

    stack.client("ssm").put_parameter(Name=KEY_PARAMETER, Value="short", Type="String")
    monkeypatch.setattr("adapters.incident_links.time.time", lambda: now + 60)
    for key in ("short", ""):
        path = sign(Link("default", ID, int(now) + 120), key or "-")
        assert send(function, path, {"action": "resolve", "by": "Ana"})[0] == 403
    assert stack.read(record).open


@pytest.mark.parametrize("service", ["SSM", "DYNAMODB"])
def test_a_failing_dependency_is_named_as_temporary(
    stack: IncidentStack, environment: dict[str, str], service: str, record: Record
) -> None:
    failing = environment | {f"AWS_ENDPOINT_URL_{service}": NOWHERE}
    with imported("answer_link", stack.emulator.url, failing) as module:
        for form in (None, {"action": "acknowledge", "by": "Ana"}):
            status, page = send(module, token(), form)
            assert (status, "Try again" in page) == (503, True)
    assert stack.read(record).open


def test_an_answer_counts_although_sns_fails(
    stack: IncidentStack, environment: dict[str, str], record: Record
) -> None:
    failing = environment | {"AWS_ENDPOINT_URL_SNS": NOWHERE}
    with imported("answer_link", stack.emulator.url, failing) as module:
        status, page = send(module, token(), {"action": "acknowledge", "by": "Ana"})
    assert (status, "Angenommen von Ana per Link" in page) == (200, True)
    assert stack.read(record).closed_by == "Ana"


def test_of_two_at_once_one_acknowledges(
    function: ModuleType, stack: IncidentStack, record: Record, published: list[Json]
) -> None:
    forms = [{"action": "acknowledge", "by": name} for name in ("Ana", "Bo <b>&") * 4]
    with ThreadPoolExecutor(4) as pool:
        pages = list(pool.map(lambda form: send(function, token(), form)[1], forms))

    name = stack.read(record).closed_by
    heading = f"Angenommen von {html.escape(name)} per Link"
    assert all(heading in page for page in pages)
    [sent] = published
    assert name in sent["Message"]


FIELDS = st.fixed_dictionaries(
    {},
    optional={
        "action": st.sampled_from(["acknowledge", "resolve", "Resolve", ""]) | st.text(max_size=9),
        "by": st.sampled_from(["Mallory", "ana", "Ana\0x"]) | st.text(max_size=9),
    },
)


@settings(
    max_examples=MUTATED_REQUESTS,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    deadline=None,
)
@given(st.data())
def test_mutated_requests_neither_fail_nor_change_anything(
    function: ModuleType, stack: IncidentStack, record: Record, data: st.DataObject
) -> None:
    before = stack.read(record)
    valid = data.draw(st.booleans())
    path = token() if valid else data.draw(st.text(max_size=120) | spoilt_tokens())
    form = data.draw(FIELDS.filter(lambda fields: fields.get("by") not in {"Ana", "Bo <b>&"}))
    event: Any = request(path, form) if data.draw(st.booleans()) else request(path)
    event["body"] = data.draw(
        st.sampled_from([event.get("body"), None, "action=resolve"]) | st.text()
    )
    if data.draw(st.booleans()):
        event = data.draw(spoiled(event) | any_json)

    answer = function.handler(event, None)

    assert answer["statusCode"] in {200, 400, 403}
    assert stack.read(record) == before


def spoilt_tokens() -> st.SearchStrategy[str]:
    """Return valid tokens with one character replaced."""
    places = st.tuples(st.integers(0, 40), st.sampled_from("AZaz09-_=. é"))
    return places.map(lambda each: (whole := token())[: each[0]] + each[1] + whole[each[0] + 1 :])


def test_the_key_is_created_once_and_signs_links(
    stack: IncidentStack, record: Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    ssm = stack.client("ssm")
    ssm.delete_parameter(Name=KEY_PARAMETER)
    assert read_key(ssm) is None
    first = create_key(ssm)
    assert (create_key(ssm), read_key(ssm)) == (first, first)
    assert ssm.get_parameter(Name=KEY_PARAMETER)["Parameter"]["Type"] == "SecureString"
    assert links_to([record.incident]) == {}
    monkeypatch.setenv("LINK_ENDPOINT", "https://example.com")
    monkeypatch.setattr("adapters.incident_links.ssm", ssm)

    [link] = links_to([record.incident]).values()

    now = time.time()
    named = sign(Link("default", ID, int(now) + VALID_SECONDS), first)
    assert link.startswith("https://example.com/incidents/")
    assert len(link) - len("https://example.com/incidents/") == len(named)
    drill = Incident(id="d", kind="other", title="Drill", dedup_key="-", drill=True)
    assert links_to([drill]) == {}


def test_a_notification_goes_out_without_links_if_the_key_cannot_be_read(
    record: Record, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LINK_ENDPOINT", "https://example.com")
    with monkeypatch.context() as unreachable:
        for name, value in local_environment(NOWHERE).items():
            unreachable.setenv(name, value)
        monkeypatch.setattr("adapters.incident_links.ssm", client("ssm", quick=True))

    assert links_to([record.incident]) == {}
    assert '"message": "links left out"' in capsys.readouterr().out
