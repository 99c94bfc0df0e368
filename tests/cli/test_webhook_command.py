"""`callout webhook` and the doctor's check of webhooks: what they print, and their errors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from callout.doctor.check_webhooks import check_links, check_webhooks
from callout.webhook.deployed_webhooks import DeployedWebhook
from callout.webhook.send_request import Answer, sample_body
from oncall.webhooks.generic_body import parse_generic
from oncall.webhooks.webhook_page import Webhook
from tests.cli.run_cli import callout_in_process

if TYPE_CHECKING:
    from local.emulator.system import LocalSystem

PARAMETER = "/callout/webhooks/shop/token"


def deployed(**settings: Any) -> DeployedWebhook:  # noqa: ANN401 - JSON
    return DeployedWebhook({"name": "shop", "format": "generic"} | settings, "https://x", PARAMETER)


def test_a_new_token_is_shown_once_with_what_to_do_next(system: LocalSystem) -> None:
    ssm = system.client("ssm")
    ssm.delete_parameters(Names=[PARAMETER])

    results = [
        callout_in_process(system, "webhook", *arguments, "shop")
        for arguments in (["create"], ["create"], ["revoke"], ["revoke"])
    ]

    tokens = ssm.get_parameter(Name=PARAMETER, WithDecryption=True)["Parameter"]["Value"]
    assert [result.code for result in results] == [0, 0, 0, 0]
    assert [result.out.count(tokens) for result in results] == [0, 1, 0, 0]
    assert "/webhooks/shop\n" in results[0].out
    assert "revoke shop" not in results[0].out
    assert "revoke shop" in results[1].out
    assert "the previous token is revoked" in results[2].out
    assert "there is no previous token" in results[3].out


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (["create", "shopp"], "there is no webhook 'shopp': did you mean shop?"),
        (["test", "xyz"], "there is no webhook 'xyz': use one of alertmanager, grafana, shop"),
        (["test", "shop"], "the webhook shop has no token: run callout webhook create shop"),
        (["create", "shop", "--stack", "Other"], "the stack Other in us-east-1 has no webhooks"),
    ],
)
def test_an_error_is_one_line_with_the_fix(
    system: LocalSystem, arguments: list[str], error: str
) -> None:
    system.client("ssm").delete_parameters(Names=[PARAMETER])
    assert error in callout_in_process(system, "webhook", *arguments).error_line


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"title": "alerts.0.name", "dedup_key": "alerts.0.id"},
        {"details": "a.b.c"},
        {"details": "alert", "title": "alert.name", "dedup_key": "alert.id"},
    ],
)
def test_the_sample_is_what_the_function_reads(fields: dict[str, str]) -> None:
    body = sample_body(deployed(fields=fields), "marker")

    [page] = parse_generic(body, Webhook("shop", "generic", "default", fields=fields)).pages

    assert page.title == "Test of the webhook shop"
    assert page.dedup_key == ("" if fields == {"details": "a.b.c"} else "marker")


@pytest.mark.parametrize(
    ("status", "body", "state"),
    [
        (401, {"error": "wrong token"}, "ok"),
        (429, {"message": "Too Many Requests"}, "warn"),
        (404, {"message": "Not Found"}, "fail"),
        (503, {}, "fail"),
        (202, {}, "fail"),
    ],
)
def test_only_a_refusal_by_the_function_passes(
    monkeypatch: pytest.MonkeyPatch, status: int, body: dict[str, str], state: str
) -> None:
    monkeypatch.setattr("callout.doctor.check_webhooks.post", lambda *_: Answer(status, dict(body)))
    [result] = check_webhooks({"shop": deployed()}, [PARAMETER])
    assert (result.check, result.state) == ("webhooks shop", state)


def test_a_missing_token_and_an_unreachable_endpoint_are_reported() -> None:
    webhook = DeployedWebhook({"name": "shop"}, "http://127.0.0.1:9/webhooks/shop", PARAMETER)
    missing, unreachable = check_webhooks({"shop": webhook}, [])
    assert (missing.state, missing.fix) == ("fail", "callout webhook create shop")
    assert unreachable.state == "unknown"
    assert "cannot reach 127.0.0.1:9" in unreachable.message


@pytest.mark.parametrize(("status", "state"), [(403, "ok"), (404, "fail"), (503, "fail")])
def test_the_doctor_checks_that_links_are_answered(
    monkeypatch: pytest.MonkeyPatch, status: int, state: str
) -> None:
    monkeypatch.setattr("callout.doctor.check_webhooks.post", lambda *_: Answer(status, {}))

    [found] = check_links("https://x")

    assert found.state == state
