"""The endpoint is an option, and a flood of requests leaves enough to the pages."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from adapters.aws_clients import MAX_QUICK_SECONDS, MAX_SECONDS
from local.asl.transitions import load_definition
from tests.infrastructure import synth
from tests.infrastructure.stack import Stack, target
from workflow.links import LINK_LIMIT, LINK_TIMEOUT
from workflow.webhooks import WEBHOOK_LIMIT, WEBHOOK_TIMEOUT

if TYPE_CHECKING:
    from pathlib import Path

#: The limits of each route.
LIMITS = {
    "POST /webhooks/{name}": WEBHOOK_LIMIT,
    **{f"{method} /incidents/{{token}}": LINK_LIMIT for method in ("GET", "HEAD", "POST")},
}
#: Assumed seconds of an ordinary request, two requests to AWS included, and of a cold start.
WARM, COLD = 0.2, 3.0
#: Seconds if both requests hang.
HANGING = 2 * MAX_SECONDS


def test_without_webhooks_and_links_there_is_no_endpoint(callout: Stack) -> None:
    kinds = {resource["Type"] for resource in callout.template["Resources"].values()}
    assert not any(kind.startswith("AWS::ApiGateway") for kind in kinds)
    assert not {"receive_webhook", "answer_link"} & callout.functions.keys()
    assert "/callout/links" not in json.dumps(callout.template)
    assert "HttpEndpoint" not in callout.template["Outputs"]


def test_the_output_is_the_address_of_the_api(with_webhooks: Stack) -> None:
    [api] = with_webhooks.of_type("AWS::ApiGatewayV2::Api")
    output = with_webhooks.template["Outputs"]["HttpEndpoint"]
    assert output["Value"] == {"Fn::GetAtt": [api, "ApiEndpoint"]}


def test_only_these_routes_start_a_function(with_webhooks: Stack) -> None:
    started = {}
    for route in with_webhooks.properties("AWS::ApiGatewayV2::Route"):
        integration = with_webhooks.template["Resources"][target(route["Target"])]["Properties"]
        assert integration["PayloadFormatVersion"] == "2.0"
        function = with_webhooks.template["Resources"][target(integration["IntegrationUri"])]
        started[route["RouteKey"]] = function["Properties"]["Handler"]
    assert started == {
        key: "receive_webhook.handler" if "webhooks" in key else "answer_link.handler"
        for key in LIMITS
    }


def test_the_routes_are_limited_and_exist_before_their_limits(with_webhooks: Stack) -> None:
    [stage] = with_webhooks.of_type("AWS::ApiGatewayV2::Stage").values()
    assert stage["Properties"]["RouteSettings"] == {
        key: {"ThrottlingRateLimit": limit.rate, "ThrottlingBurstLimit": limit.burst}
        for key, limit in LIMITS.items()
    }
    assert with_webhooks.of_type("AWS::ApiGatewayV2::Route").keys() <= set(stage["DependsOn"])


def test_only_notifying_functions_have_the_key_of_links(with_webhooks: Stack) -> None:
    found = {
        name: sorted(granting.actions + list(granting.body.get("Condition", {})))
        for name, function in with_webhooks.functions.items()
        for granting in with_webhooks.granted_to(target(function["Role"]))
        if ":parameter/callout/links/key" in json.dumps(granting.resources)
        and granting.actions != ["ssm:GetParameter"]
    }
    creating = ["StringEquals", "ssm:PutParameter"]
    authors = ("open_incident", "check_hold", "plan_calls", "collect_open_incidents")
    assert found == dict.fromkeys(authors, creating)
    for name, function in with_webhooks.functions.items():
        granted = json.dumps(
            [each.resources for each in with_webhooks.granted_to(target(function["Role"]))]
        )
        assert ("/callout/links/key" in granted) == (
            name in {*authors, "place_call", "answer_link"}
        )
        variables = function["Environment"]["Variables"]
        assert ("LINK_ENDPOINT" in variables) == (name in {*authors, "place_call"})


def test_the_access_log_has_no_path_query_or_header(with_webhooks: Stack) -> None:
    [stage] = with_webhooks.properties("AWS::ApiGatewayV2::Stage")
    logged = json.loads(stage["AccessLogSettings"]["Format"])
    assert {value.removeprefix("$context.") for value in logged.values()} == {
        "requestId",
        "requestTime",
        "identity.sourceIp",
        "routeKey",
        "status",
        "responseLength",
        "responseLatency",
        "integrationErrorMessage",
    }


def test_the_function_reads_only_the_tokens_of_its_webhooks(with_webhooks: Stack) -> None:
    granted = with_webhooks.granted_to(target(with_webhooks.functions["receive_webhook"]["Role"]))
    [reading] = [granting for granting in granted if granting.actions == ["ssm:GetParameter"]]
    [resource] = reading.resources
    assert resource["Fn::Join"][1][-1] == ":parameter/callout/webhooks/shop/token"
    [sending] = [granting for granting in granted if granting.actions == ["events:PutEvents"]]
    assert sending.body["Condition"]["ForAllValues:StringEquals"] == {
        "events:source": ["callout", "callout.replay"],
        "events:detail-type": "Page",
    }


def test_reserved_concurrency_is_a_setting(with_webhooks: Stack, tmp_path: Path) -> None:
    settings = {"webhooks": [{"name": "a", "format": "grafana"}], "webhook_concurrency": 50}
    reserving = synth.stacks(tmp_path, settings)["Callout"]
    for name, function in reserving.functions.items():
        expected = 50 if name == "receive_webhook" else None
        assert function.get("ReservedConcurrentExecutions") == expected
    assert "ReservedConcurrentExecutions" not in with_webhooks.functions["receive_webhook"]


def executions(account: int, seconds: float, *, burst: int = 0, reserved: int = 0) -> float:
    """Return how many executions webhooks take of an account's, if each takes so many seconds.

    API Gateway admits `rate` requests per second, and `burst` more at once (a token bucket).
    """
    return min(reserved or account, burst + WEBHOOK_LIMIT.rate * seconds)


def test_a_flood_leaves_most_of_ten_executions_to_the_pages() -> None:
    # In the long run, wrong tokens or right ones.
    assert executions(10, WARM) <= 2
    # A burst takes all of them, but for less time than the state machine retries on average: half
    # of each longest delay, because of the jitter (docs/decisions/026).
    assert executions(10, WARM, burst=WEBHOOK_LIMIT.burst) == 10
    taken = COLD + WEBHOOK_LIMIT.burst * WARM / 10
    for state in load_definition()["States"].values():
        for retrier in state.get("Retry", []):
            if retrier["ErrorEquals"] == ["Lambda.TooManyRequestsException"]:
                delays = [
                    min(
                        retrier["IntervalSeconds"] * retrier["BackoffRate"] ** attempt,
                        retrier["MaxDelaySeconds"],
                    )
                    for attempt in range(retrier["MaxAttempts"])
                ]
                assert taken < sum(delays) / 2
    # If AWS hangs too, it takes all of them for as long: only a reservation prevents that.
    assert executions(10, HANGING) == 10


@pytest.mark.parametrize(("reserved", "left"), [(0, 770), (50, 950)])
def test_a_flood_leaves_most_of_a_thousand_executions_to_the_pages(
    reserved: int, left: int
) -> None:
    burst = WEBHOOK_LIMIT.burst
    assert 1000 - executions(1000, HANGING, burst=burst, reserved=reserved) == left


def test_a_function_that_hangs_still_answers_within_its_timeout_and_the_gateways() -> None:
    assert HANGING < WEBHOOK_TIMEOUT < 30


def test_links_answer_in_time_and_leave_enough_to_the_pages() -> None:
    # Key, incident, roster and its copy, two writes, incident again, SNS: one quick try each.
    hanging = 8 * MAX_QUICK_SECONDS
    assert hanging < LINK_TIMEOUT < 30
    routes = [limit for key, limit in LIMITS.items() if "incidents" in key]
    assert sum(limit.rate for limit in routes) * WARM <= 3
    burst = sum(limit.burst + limit.rate * hanging for limit in routes)
    assert 1000 - burst >= 700


def test_an_honest_sender_stays_below_the_limit() -> None:
    # Alertmanager sends each group once per group_interval, 5 minutes by default.
    assert WEBHOOK_LIMIT.rate * 300 >= 3_000
