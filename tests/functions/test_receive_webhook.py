"""Requests to a webhook over HTTP to SSM and EventBridge: the answers, the pages, and the log."""

from __future__ import annotations

import base64
import io
import json
import threading
from contextlib import redirect_stdout
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters import put_pages, webhook_tokens
from tests.functions.invoke import MUTATED_REQUESTS, imported, invoke
from tests.unit.json_values import any_json, spoiled
from tests.unit.webhooks.sample_bodies import alert, alertmanager, grafana, grafana_alert, host

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

Json = dict[str, Any]
TOKEN, PREVIOUS = "current-token-4711", "previous-token-4711"
WEBHOOKS = [
    {"name": "prometheus", "format": "alertmanager", "team": "payments"},
    {"name": "boards", "format": "grafana", "team": "payments", "severity": "low"},
    {"name": "own", "format": "generic", "team": "payments"},
]


class Aws(ThreadingHTTPServer):
    """SSM and the event bus, as far as the function uses them, and as strict as documented."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Request)
        self.url = f"http://127.0.0.1:{self.server_port}"
        self.reset()

    def reset(self) -> None:
        """Forget everything."""
        self.parameters = {f"/callout/webhooks/{each['name']}/token": TOKEN for each in WEBHOOKS}
        self.reads: list[str] = []
        self.entries: list[Json] = []
        self.batches: list[int] = []
        self.defects: list[str] = []
        self.failing: set[str] = set()  # actions
        self.rejected: list[int] = []  # by request, the entries that are rejected

    def answer(self, action: str, sent: Json) -> tuple[int, Json]:
        """Return the status and the answer of a request."""
        if action in self.failing:
            return 500, {"__type": "InternalFailure"}
        if action == "GetParameter":
            self.reads.append(sent["Name"])
            if not sent["WithDecryption"] or sent["Name"] not in self.parameters:
                return 400, {"__type": "ParameterNotFound"}
            return 200, {"Parameter": {"Value": self.parameters[sent["Name"]], "Version": 1}}
        entries = sent["Entries"]
        size = sum(len("".join(map(str, entry.values())).encode()) for entry in entries)
        if not 1 <= len(entries) <= 10 or size > 256 * 1024:
            self.defects.append(f"{len(entries)} entries, {size} bytes")
        self.batches.append(len(entries))
        rejected = self.rejected.pop(0) if self.rejected else 0
        self.entries += entries[rejected:]
        answers = [{"ErrorCode": "ThrottlingException"}] * rejected
        answers += [{"EventId": "e"}] * (len(entries) - rejected)
        return 200, {"FailedEntryCount": rejected, "Entries": answers}

    @property
    def details(self) -> list[Json]:
        """The details of the events that were put."""
        return [json.loads(entry["Detail"], parse_constant=pytest.fail) for entry in self.entries]


class _Request(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Aws

    def do_POST(self) -> None:
        sent = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        action = self.headers["X-Amz-Target"].partition(".")[2]
        status, answer = self.server.answer(action, sent)
        content = json.dumps(answer).encode()
        head = f"HTTP/1.1 {status} x\r\nContent-Length: {len(content)}\r\n\r\n"
        self.wfile.write(head.encode() + content)  # at once: two packets would wait for an ACK

    def log_message(self, *_: object) -> None:
        """Do not log."""


@pytest.fixture(scope="module")
def server() -> Iterator[Aws]:
    """Serve the stand-in."""
    with Aws() as running:
        thread = threading.Thread(target=running.serve_forever, args=(0.02,))
        thread.start()
        yield running
        running.shutdown()
        thread.join()


@pytest.fixture
def aws(server: Aws) -> Iterator[Aws]:
    """Return the stand-in, without requests; it found none to be wrong."""
    server.reset()
    yield server
    assert server.defects == []


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """Replace the clock of the tokens; `now` is in seconds."""
    clock = SimpleNamespace(now=1_000.0)
    clock.time = lambda: clock.now
    monkeypatch.setattr(webhook_tokens, "time", clock)
    return clock


@pytest.fixture
def function(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    """Import the function, without anything cached."""
    monkeypatch.setattr(put_pages, "PAUSE_SECONDS", 0)
    environment = {"WEBHOOKS": json.dumps(WEBHOOKS), "TOKEN_PREFIX": "/callout/webhooks/"}
    with imported("receive_webhook", aws.url, environment) as module:
        yield module


def bearer(token: str) -> str:
    return f"Bearer {token}"


def request(body: object, *, name: str = "prometheus", authorization: str = bearer(TOKEN)) -> Json:
    """Return the event of API Gateway."""
    return {
        "version": "2.0",
        "routeKey": "POST /webhooks/{name}",
        "headers": {"authorization": authorization, "content-type": "application/json"},
        "pathParameters": {"name": name},
        "body": body if isinstance(body, str) else json.dumps(body),
        "isBase64Encoded": False,
    }


def post(function: ModuleType, body: object, **more: str) -> tuple[int, Json]:
    """Return status and body of the answer."""
    answer = invoke(function, request(body, **more))
    assert answer["headers"]["content-type"] == "application/json"
    return answer["statusCode"], json.loads(answer["body"])


def test_alerts_are_put_on_the_bus_and_counted(function: ModuleType, aws: Aws) -> None:
    body = alertmanager(alert(), alert("2b", firing=False, labels=host("db-2")), {})

    assert post(function, body) == (202, {"accepted": 1, "resolved": 1, "ignored": 1})
    assert [detail["status"] for detail in aws.details] == ["firing", "resolved"]
    assert post(function, grafana(grafana_alert("Hot")), name="boards")[0] == 202
    assert post(function, {"title": "Disk full"}, name="own")[0] == 202
    assert [detail.get("severity") for detail in aws.details[2:]] == ["low", None]


def test_a_large_group_is_put_in_batches(function: ModuleType, aws: Aws) -> None:
    body = alertmanager(*(alert(f"{n:016x}") for n in range(23)))

    assert post(function, body) == (202, {"accepted": 23, "resolved": 0, "ignored": 0})
    assert aws.batches == [10, 10, 3]


@pytest.mark.parametrize(
    ("rejected", "status", "batches"),
    [([3, 1], 202, [10, 2, 4]), ([3, 1, 4, 1], 503, [10, 2, 4, 4])],
)
def test_only_rejected_entries_are_put_again(
    function: ModuleType, aws: Aws, rejected: list[int], status: int, batches: list[int]
) -> None:
    aws.rejected = rejected
    body = alertmanager(*(alert(f"{n:016x}") for n in range(12)))

    assert post(function, body)[0] == status
    assert aws.batches == batches
    # The sender repeats the request.
    assert post(function, body)[0] == 202
    assert len({detail["dedup_key"] for detail in aws.details}) == 12


@pytest.mark.parametrize("failing", ["GetParameter", "PutEvents"])
def test_aws_failure_asks_the_sender_to_repeat(
    function: ModuleType, aws: Aws, failing: str
) -> None:
    aws.failing = {failing}
    status, body = post(function, alertmanager(alert()))

    assert (status, list(body)) == (503, ["error"])
    aws.failing = set()
    assert post(function, alertmanager(alert()))[0] == 202


@pytest.mark.parametrize(
    ("name", "authorization"),
    [
        ("unknown", bearer(TOKEN)),
        ("../rosters/default", bearer(TOKEN)),
        ("prometheus", bearer("wrong")),
        ("prometheus", bearer("")),
        ("prometheus", ""),
        ("prometheus", TOKEN),
        ("prometheus", "Basic !"),
        ("prometheus", f"Basic {base64.b64encode(TOKEN.encode()).decode()}"),
    ],
)
def test_unknown_names_and_wrong_tokens_get_the_same_answer(
    function: ModuleType,
    aws: Aws,
    capsys: pytest.CaptureFixture[str],
    name: str,
    authorization: str,
) -> None:
    answer = invoke(function, request({}, name=name, authorization=authorization))

    assert answer["statusCode"] == 401
    assert answer == invoke(function, request({}, authorization=bearer("another")))
    # One read, and one again because the token may have been rotated.
    assert aws.reads == ["/callout/webhooks/prometheus/token"] * 2
    assert aws.entries == []
    logged = capsys.readouterr().out
    assert not [word for word in (TOKEN, "wrong", "another", "unknown", "..") if word in logged]


@pytest.mark.parametrize("value", [None, "\n \n"])
def test_without_a_token_nothing_is_accepted(
    function: ModuleType, aws: Aws, value: str | None
) -> None:
    aws.parameters = {"/callout/webhooks/prometheus/token": value} if value else {}

    assert post(function, {}, authorization=bearer(""))[0] == 401


def test_basic_password_and_previous_token_are_accepted(function: ModuleType, aws: Aws) -> None:
    aws.parameters["/callout/webhooks/prometheus/token"] = f"{TOKEN}\n{PREVIOUS}\nthird"
    basic = base64.b64encode(f"callout:{PREVIOUS}".encode()).decode()

    for authorization in (bearer(TOKEN), f"basic {basic}", f"bearer {PREVIOUS}"):
        assert post(function, alertmanager(), authorization=authorization)[0] == 202
    assert post(function, alertmanager(), authorization=bearer("third"))[0] == 401


def test_rotation_needs_no_wait(function: ModuleType, aws: Aws, clock: SimpleNamespace) -> None:
    assert post(function, alertmanager())[0] == 202
    # Requests without a token, such as those of the doctor, never read again.
    assert post(function, alertmanager(), authorization="")[0] == 401
    for new, old in (("new", TOKEN), ("newer", "new")):
        aws.parameters["/callout/webhooks/prometheus/token"] = f"{new}\n{old}"
        assert post(function, alertmanager(), authorization=bearer(new))[0] == 202
        assert post(function, alertmanager(), authorization=bearer(old))[0] == 202
    assert len(aws.reads) == 3
    # Wrong tokens read at most every five seconds, and a revoked token ends within a minute.
    for _ in range(9):
        assert post(function, alertmanager(), authorization=bearer("wrong"))[0] == 401
    assert len(aws.reads) == 4
    aws.parameters["/callout/webhooks/prometheus/token"] = "new"
    clock.now += 60
    assert post(function, alertmanager())[0] == 401


@pytest.mark.parametrize(
    ("body", "status", "error"),
    [
        ("", 400, "body: not valid JSON"),
        ("{", 400, "body: not valid JSON"),
        ('{"alerts": NaN}', 400, "body: not valid JSON"),
        ("[" * 100_000, 400, "body: not valid JSON"),
        ("[]", 400, "body: must be a JSON object"),
        ("{}", 400, "alerts: must be a list of alerts"),
        (f'"{"x" * 262_142}"', 400, "body: must be a JSON object"),
        (f'"{"x" * 262_143}"', 413, "body: larger than 256 KB; send fewer alerts in one request"),
    ],
)
def test_unusable_bodies_are_refused_with_the_field(
    function: ModuleType, aws: Aws, body: str, status: int, error: str
) -> None:
    assert post(function, body) == (status, {"error": error})
    encoded = base64.b64encode(body.encode()).decode()
    answer = invoke(function, request(encoded) | {"isBase64Encoded": True})
    assert (answer["statusCode"], json.loads(answer["body"])) == (status, {"error": error})
    assert aws.entries == []


MARK = "text-of-the-body"
BODIES_BY_NAME: dict[str, Json] = {
    "prometheus": alertmanager(alert(), alert("2b", firing=False, annotations={"summary": MARK})),
    "boards": grafana(grafana_alert(MARK, values={"A": 1.5}), title=MARK),
    "own": {"title": MARK, "details": "x", "dedup_key": MARK, "status": "firing", "severity": "p"},
}


@st.composite
def mutated_requests(draw: st.DrawFn) -> Json:
    """Return a request with the right token and a body that is mutated as JSON or as bytes."""
    name = draw(st.sampled_from(sorted(BODIES_BY_NAME)))
    document = json.loads(json.dumps(BODIES_BY_NAME[name]))
    text = json.dumps(draw(spoiled(document) | any_json))
    kind = draw(st.sampled_from(["json", "json", "cut", "bytes", "base64"]))
    if kind == "cut":
        text = text[: draw(st.integers(0, len(text)))]
    content = bytearray(text.encode())
    for _ in range(draw(st.integers(1, 3)) if kind == "bytes" and content else 0):
        content[draw(st.integers(0, len(content) - 1))] = draw(st.integers(0, 255))
    encoded = kind in ("bytes", "base64")
    body = base64.b64encode(content).decode() if encoded else text
    return request(body, name=name) | {"isBase64Encoded": encoded}


def alerts_in(event: Json) -> int:
    """Return how many alerts a request has; for a generic one, whether it says anything."""
    raw = base64.b64decode(event["body"]) if event["isBase64Encoded"] else event["body"]
    try:
        body = json.loads(raw)
    except ValueError:
        return 0
    if not isinstance(body, dict):
        return 0
    if event["pathParameters"]["name"] == "own":
        return int(any(body.get(name) is not None for name in ("title", "details", "dedup_key")))
    alerts = body.get("alerts") if isinstance(body.get("alerts"), list) else []
    found = [each for each in alerts or [] if isinstance(each, dict)]
    return sum(each.get("status") in ("firing", "resolved") for each in found)


@settings(max_examples=MUTATED_REQUESTS, suppress_health_check=list(HealthCheck))
@given(event=mutated_requests(), failing=st.sampled_from([set()] * 19 + [{"PutEvents"}]))
def test_mutated_bodies(function: ModuleType, aws: Aws, event: Json, failing: set[str]) -> None:
    aws.reset()
    aws.failing = failing
    with redirect_stdout(io.StringIO()) as log:
        answer = invoke(function, event)

    counts, status = json.loads(answer["body"]), answer["statusCode"]
    assert status in (202, 400, 503)
    if status == 503:
        assert failing
    assert len(aws.details) == counts.get("accepted", 0) + counts.get("resolved", 0)
    assert len(aws.details) <= alerts_in(event)
    assert (status == 400) <= (list(counts) == ["error"])
    for detail in aws.details:
        assert detail["title"]
        assert detail["team"]
    for secret in (TOKEN, MARK, "Basic", "db-1:9100"):
        assert secret not in log.getvalue() + answer["body"]
    assert aws.defects == []
