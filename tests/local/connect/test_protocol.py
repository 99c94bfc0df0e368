"""The simulated Connect refuses invalid requests, and never returns an invalid response."""

import http.client
import json
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import pytest

from local.connect.protocol import (
    Route,
    ServiceError,
    SimulatorDefectError,
    match_route,
    parse_request,
    serialize_error,
    serialize_output,
)
from local.connect.service import ConnectService
from tests.local.connect.caller import ATTRIBUTES, LI_WEI, Caller, calling, refused

CALL_REQUEST = {
    "DestinationPhoneNumber": LI_WEI,
    "InstanceId": "i",
    "ContactFlowId": "f",
    "SourcePhoneNumber": "+12065550100",
}


@pytest.mark.parametrize(
    ("line", "operation", "members"),
    [
        ("PUT /contact/outbound-voice", "StartOutboundVoiceContact", {}),
        ("GET /contacts/i/c%2F1", "DescribeContact", {"InstanceId": "i", "ContactId": "c/1"}),
        ("POST /contact/stop", "StopContact", {}),
        (
            "GET /contact/attributes/i/c",
            "GetContactAttributes",
            {"InstanceId": "i", "InitialContactId": "c"},
        ),
    ],
)
def test_paths_and_methods_match_the_api(
    line: str, operation: str, members: dict[str, str]
) -> None:
    assert match_route(*line.split(" ")) == Route(operation, members)


@pytest.mark.parametrize(
    "line", ["POST /contact/outbound-voice", "GET /contacts/i", "GET /contacts/i/", "GET /"]
)
def test_any_other_path_or_method_is_an_unknown_operation(line: str) -> None:
    with pytest.raises(ServiceError, match="UnknownOperationException"):
        match_route(*line.split(" "))


@pytest.mark.parametrize(
    ("change", "code", "message"),
    [
        ({"DestinationPhoneNumber": "110"}, "InvalidParameterException", "must match"),
        ({"DestinationPhoneNumber": "+86 138"}, "InvalidParameterException", "must match"),
        ({"TrafficType": "SPAM"}, "InvalidParameterException", "must be one of GENERAL"),
        ({"ClientToken": "x" * 501}, "InvalidParameterException", "at most 500"),
        ({"RingTimeoutInSeconds": 61}, "InvalidParameterException", "at most 60, not 61"),
        ({"Attributes": {"a": "x" * 32_768}}, "InvalidRequestException", "at most 32767"),
    ],
)
def test_input_that_does_not_fit_the_model_is_refused(
    change: dict[str, Any], code: str, message: str
) -> None:
    with pytest.raises(ServiceError, match=message) as refusal:
        parse_request(
            Route("StartOutboundVoiceContact", {}), json.dumps(CALL_REQUEST | change).encode()
        )
    assert refusal.value.code == code


def test_timestamps_are_serialized_as_epoch_seconds() -> None:
    moment = datetime(2026, 1, 5, 1, 0, 0, 250_000, tzinfo=UTC)
    reply = serialize_output("DescribeContact", {"Contact": {"InitiationTimestamp": moment}})
    assert json.loads(reply.body) == {"Contact": {"InitiationTimestamp": 1767574800.25}}


@pytest.mark.parametrize(
    "output",
    [
        {"Contact": {"Channel": "PIGEON"}},
        {"Contact": {"Id": 7}},
        {"Contact": {"Answered": True}},
        {"Kontact": {}},
    ],
)
def test_output_that_does_not_fit_the_model_is_a_defect(output: dict[str, Any]) -> None:
    with pytest.raises(SimulatorDefectError, match="DescribeContact has an invalid output"):
        serialize_output("DescribeContact", output)


def test_an_error_the_operation_does_not_have_is_a_defect() -> None:
    with pytest.raises(SimulatorDefectError, match="no error DestinationNotAllowedException"):
        serialize_error("StopContact", ServiceError("DestinationNotAllowedException", "no"))


def test_a_defect_returns_500_and_is_recorded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ConnectService, "handle", lambda *_: {"Wrong": "not in the model"})
    with calling() as caller:
        assert refused(lambda: caller.attributes("c")) == ("SimulatorDefect", 500)
        (defect,) = caller.server.defects
        assert "GetContactAttributes has an invalid output" in defect
        assert 'Unknown parameter in input: "Wrong"' in defect
        caller.server.defects.clear()


def test_one_connection_serves_many_requests_and_errors(caller: Caller) -> None:
    address = urlsplit(caller.server.url)
    connection = http.client.HTTPConnection(address.hostname or "", address.port)
    for _ in range(3):
        connection.request("GET", "/nothing/here")
        response = connection.getresponse()
        assert (response.status, response.version) == (404, 11)
        assert response.headers["x-amzn-errortype"] == "UnknownOperationException"
        assert json.loads(response.read()).keys() == {"Message", "message"}
        assert not response.will_close
    connection.close()


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"InstanceId": "elsewhere"}, ("ResourceNotFoundException", 404)),
        ({"ContactFlowId": "another"}, ("ResourceNotFoundException", 404)),
        ({"SourcePhoneNumber": "+12065550199"}, ("InvalidParameterException", 400)),
        ({"SourcePhoneNumber": None}, ("InvalidParameterException", 400)),
        ({"Attributes": {"zh": "中" * 10_923}}, ("InvalidRequestException", 400)),  # 32,771 bytes
        ({"DestinationPhoneNumber": "13800138000"}, ("InvalidParameterException", 400)),
    ],
)
def test_a_call_that_connect_would_not_place_is_refused(
    caller: Caller, change: dict[str, Any], error: tuple[str, int]
) -> None:
    instance = caller.server.instance
    valid: dict[str, Any] = CALL_REQUEST | {
        "InstanceId": instance.instance_id,
        "ContactFlowId": instance.contact_flow_id,
        "SourcePhoneNumber": instance.source_phone_number,
        "Attributes": ATTRIBUTES,
    }
    params = {name: value for name, value in (valid | change).items() if value is not None}
    assert refused(lambda: caller.client.start_outbound_voice_contact(**params)) == error
    assert caller.server.calls == []
