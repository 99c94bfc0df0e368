"""From every event to the right incident, and from any JSON value to some incident."""

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import example, given

from oncall.events.parse_event import incident_from_event
from oncall.incident import KINDS, SEVERITIES, instant, is_token
from tests.unit.json_values import any_event
from tests.unit.sample_events import FALLBACK_ID, NAMES, event, incident, page, understood


@pytest.mark.parametrize(
    ("name", "kind", "severity", "title"),
    [
        ("root-sign-in", "root_sign_in", "critical", "Root user signed in to the AWS console"),
        ("root-sign-in-failed", "root_sign_in_failed", "high", "Root user failed to sign in"),
        ("iam-user-sign-in", "user_sign_in", "medium", "IAM user security_user signed in"),
        ("iam-user-sign-in-failed", "user_sign_in_failed", "medium", "IAM user with an unknown"),
        ("federated-sign-in", "federated_sign_in", "medium", "Federated user ana@example.com"),
        ("saml-sign-in", "federated_sign_in", "medium", "Federated user bob@example.com"),
        ("role-switch", "other", "high", "AWS Console Sign In via CloudTrail, from aws.signin"),
        ("root-mfa-check", "other", "high", "AWS Console Sign In via CloudTrail, from aws.signin"),
        ("alarm-alb-latency", "alarm", "high", "CloudWatch alarm checkout-alb-latency is in"),
        ("alarm-composite", "alarm", "high", "CloudWatch alarm shop-is-down is in alarm"),
        ("alarm-ok", "alarm_ok", "low", "CloudWatch alarm checkout-alb-latency is OK again"),
        ("alarm-no-data", "alarm_no_data", "medium", "CloudWatch alarm orders-per-minute has ins"),
        ("ec2-stopped", "instance_state", "high", "EC2 instance i-0abcd1234efgh5678 is stopped"),
        (
            "guardduty-finding",
            "guardduty_finding",
            "high",
            "GuardDuty: The EC2 instance i-01234567",
        ),
        ("health-instance-stop", "health_event", "medium", "AWS Health: EC2, instance stop sched"),
        ("callout-page", "page", "medium", "Nightly backup failed"),
        ("replayed-page", "page", "high", "Secret rotation failed"),
        ("hostile-page", "page", "high", "</speak>"),
        ("roster-parameter-changed", "other", "high", "Parameter Store Change, from aws.ssm"),
        ("order-service", "other", "high", "Order failed, from shop.orders"),
    ],
)
def test_every_sample_event_is_understood(name: str, kind: str, severity: str, title: str) -> None:
    result = incident(name)
    assert (result.kind, result.severity) == (kind, severity)
    assert result.title.startswith(title)


def test_every_sample_event_has_an_expectation() -> None:
    marks = test_every_sample_event_is_understood.pytestmark  # type: ignore[attr-defined]
    assert {case[0] for case in marks[0].args[1]} == set(NAMES)


def test_a_sign_in_tells_who_where_from_and_whether_with_mfa() -> None:
    result = incident("iam-user-sign-in")
    assert result.facts == {"principal": "security_user", "ip": "192.0.2.101", "mfa": "yes"}
    assert (result.account, result.region) == ("123456789012", "us-east-1")
    assert result.time == "2026-01-05T08:20:11Z"
    assert result.details == (
        "Signed in with multi-factor authentication. Source IP address: 192.0.2.101."
    )


def test_an_iam_user_without_mfa_is_more_severe() -> None:
    result = incident("iam-user-sign-in", additionalEventData={"MFAUsed": "No"})
    assert result.severity == "high"


def test_a_federated_sign_in_tells_the_person_and_the_permission_set() -> None:
    facts = incident("federated-sign-in").facts
    assert facts["principal"] == "ana@example.com"
    assert facts["role"] == "AdministratorAccess"


def test_a_federated_sign_in_claims_nothing_about_mfa_it_cannot_know() -> None:
    assert "mfa" not in incident("federated-sign-in").facts


def test_a_role_is_named_even_if_only_the_arn_names_it() -> None:
    arn = "arn:aws:sts::123456789012:assumed-role/deploy/build-7"
    result = incident("federated-sign-in", userIdentity={"type": "AssumedRole", "arn": arn})
    assert (result.facts["role"], result.facts["principal"]) == ("deploy", "build-7")


def test_a_name_that_cloudtrail_hides_is_not_told() -> None:
    result = incident("iam-user-sign-in-failed")
    assert "HIDDEN" not in result.title + result.details
    assert "No username found in supplied account" in result.details


@pytest.mark.parametrize("response", [None, {}, {"ConsoleLogin": "Maybe"}, [], "Success"])
def test_a_sign_in_that_does_not_say_how_it_ended_still_pages(response: object) -> None:
    result = incident("root-sign-in", responseElements=response)
    assert (result.kind, result.severity) == ("other", "high")
    assert "root" in result.details


def test_both_spellings_of_sign_in_are_understood() -> None:
    for spelling in ("AWS Console Sign In via CloudTrail", "AWS Console Signin via CloudTrail"):
        assert understood(event("root-sign-in") | {"detail-type": spelling}).kind == "root_sign_in"


def test_an_alarm_and_its_all_clear_are_the_same_incident() -> None:
    assert incident("alarm-ok").dedup_key == incident("alarm-alb-latency").dedup_key


def test_an_alarm_without_a_resource_goes_by_its_name() -> None:
    result = understood(event("alarm-alb-latency") | {"resources": None})
    assert result.dedup_key == "alarm:123456789012:us-east-1:checkout-alb-latency"


def test_an_alarm_is_told_by_its_description_and_its_reason() -> None:
    result = incident("alarm-alb-latency")
    assert result.details.startswith(
        "Checkout answers slower than 2 s. Reason: Threshold Crossed: 3"
    )
    assert result.facts["about"] == "Checkout answers slower than 2 s"


def test_an_alarm_without_description_is_told_by_the_gist_of_its_reason() -> None:
    result = incident("alarm-alb-latency", configuration=None)
    assert result.facts["about"] == (
        "Threshold Crossed: 3 out of the last 3 datapoints were greater than the threshold (2.0)"
    )
    composite = incident("alarm-composite").facts["about"]
    assert composite.endswith("alarm:checkout-errors transitioned to ALARM")


def test_a_composite_alarm_tells_what_suppresses_it() -> None:
    assert "Actions suppressed by WaitPeriod" in incident("alarm-composite").details


def test_an_alarm_in_no_known_state_still_pages() -> None:
    assert incident("alarm-alb-latency", state={"value": "FLAPPING"}).kind == "other"


@pytest.mark.parametrize(
    ("score", "severity"),
    [
        (10, "critical"), (9.0, "critical"), (8.9, "high"), (7, "high"), (4.0, "medium"),
        (3.9, "low"), (0, "low"), (-1, "low"), ("8", "high"), (None, "high"), (True, "high"),
    ],
)  # fmt: skip
def test_a_findings_severity_follows_its_number(score: object, severity: str) -> None:
    assert incident("guardduty-finding", severity=score).severity == severity


def test_a_finding_is_of_the_account_it_was_found_in() -> None:
    result = incident("guardduty-finding")
    assert (result.account, result.region) == ("210987654321", "us-west-2")
    assert "Resource: Instance i-0123456789abcdef0." in result.details


def test_a_health_event_is_told_in_english_and_of_the_account_affected() -> None:
    result = incident("health-instance-stop")
    assert result.details.startswith("The host of one of your instances has degraded. The instance")
    assert (result.account, result.region) == ("210987654321", "us-west-2")


def test_a_health_event_that_is_over_is_not_severe() -> None:
    over = incident("health-instance-stop", eventTypeCategory="issue", statusCode="closed")
    assert over.severity == "low"


@pytest.mark.parametrize("said", ["Critical", "HIGH", "medium", "low"])
def test_a_page_has_the_severity_it_asks_for(said: str) -> None:
    assert page(severity=said).severity == said.lower()


@pytest.mark.parametrize("said", ["apocalypse", "", None, 3, ["low"]])
def test_a_page_of_unknown_severity_is_high(said: object) -> None:
    assert page(severity=said).severity == "high"


@pytest.mark.parametrize("team", ["../other", "a b", "", None, 7, "x" * 65, "团队", ["storage"]])
def test_a_page_for_no_valid_team_goes_to_the_default_team(team: object) -> None:
    assert page(team=team).team == "default"


def test_a_page_goes_to_the_team_it_names() -> None:
    assert page(team="storage_2-B").team == "storage_2-B"


def test_a_page_without_anything_still_pages() -> None:
    result = page()
    assert (result.kind, result.severity) == ("page", "high")
    assert result.title == "Page without a description"


def test_an_event_of_another_source_is_not_believed_to_be_an_alarm() -> None:
    assert understood(event("alarm-alb-latency") | {"source": "somebody.else"}).kind == "other"


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("root-sign-in", "sign-in:123456789012:root:ConsoleLogin:success"),
        ("root-sign-in-failed", "sign-in:123456789012:root:ConsoleLogin:failure"),
        ("iam-user-sign-in", "sign-in:123456789012:user::security_user:ConsoleLogin:success"),
        (
            "alarm-alb-latency",
            "alarm:arn:aws:cloudwatch:us-east-1:123456789012:alarm:checkout-alb-latency",
        ),
        ("ec2-stopped", "ec2:i-0abcd1234efgh5678:stopped"),
        ("guardduty-finding", "guardduty:16afba5c5c43e07c9e3e5e2e544e95df"),
        ("callout-page", "page:storage:backup/orders"),
        ("order-service", "other:shop.orders:Order failed:order/4711"),
    ],
)
def test_the_same_incident_has_the_same_dedup_key(name: str, key: str) -> None:
    assert incident(name).dedup_key == key
    assert (
        understood(event(name) | {"id": "another", "time": "2026-02-02T02:02:02Z"}).dedup_key == key
    )


def test_a_page_without_dedup_key_goes_by_its_title() -> None:
    assert page(title="Disk full").dedup_key == "page:default:Disk full"


def test_events_that_say_nothing_of_themselves_are_not_one_incident() -> None:
    assert understood({"id": "a"}).dedup_key != understood({"id": "b"}).dedup_key


def test_names_that_merely_look_alike_are_not_one_incident() -> None:
    assert page(dedup_key="disk\u200b").dedup_key != page(dedup_key="disk").dedup_key
    assert page(dedup_key="x" * 900).dedup_key != page(dedup_key="x" * 901).dedup_key


@pytest.mark.parametrize("name", [name for name in NAMES if not name.startswith("replayed")])
def test_a_replay_is_the_same_incident_marked_as_a_test(name: str) -> None:
    original, replayed = event(name), understood(event(name) | {"source": "callout.replay"})
    result = understood(original)
    assert replayed.test
    if result.kind != "other":
        expected = replace(result, test=True, dedup_key=f"test:{result.dedup_key}")
        assert replayed == expected


def test_a_trial_does_not_pass_for_the_real_incident() -> None:
    replayed = understood(event("root-sign-in") | {"source": "callout.replay"})
    assert replayed.dedup_key != incident("root-sign-in").dedup_key


@pytest.mark.parametrize("event_id", [None, 7, "", "a b", "x" * 65, "../id", "é", ["id"]])
def test_an_unusable_id_is_replaced(event_id: object) -> None:
    assert understood(event("ec2-stopped") | {"id": event_id}).id == FALLBACK_ID


def test_a_usable_id_is_kept() -> None:
    assert incident("ec2-stopped").id == "7bf73129-1428-4cd3-a780-95db273d1602"


@pytest.mark.parametrize(
    ("written", "time"),
    [
        ("2026-01-05T17:04:40Z", "2026-01-05T17:04:40Z"),
        ("2026-01-05T17:04:40.989+0800", "2026-01-05T09:04:40Z"),
        ("2026-01-05T17:04:40", "2026-01-05T17:04:40Z"),
        ("yesterday", ""),
        ("0001-01-01T00:00:00+14:00", ""),
        (None, ""),
        (1767632680, ""),
    ],
)
def test_a_time_is_utc_or_unknown(written: object, time: str) -> None:
    assert understood({"time": written}).time == time


def test_an_unknown_time_is_the_one_the_caller_knows() -> None:
    result = incident_from_event({}, fallback_id="x", fallback_time="2026-01-05T08:00:00+08:00")
    assert result.time == "2026-01-05T00:00:00Z"


@given(any_event)
@example([])
@example("")
@example(None)
@example({"detail": []})
@example({"source": "callout", "detail-type": "Page", "detail": {"title": 10**5000}})
@example({"source": "aws.signin", "detail-type": ["AWS Console Sign In via CloudTrail"]})
def test_any_json_value_makes_an_incident(value: Any) -> None:  # noqa: ANN401 - that is the promise
    result = understood(value)
    assert result.kind in KINDS
    assert result.severity in SEVERITIES
    assert is_token(result.team)
    assert result.title
    assert 0 < len(result.dedup_key) <= 500
    assert result.time == "" or (result.time.endswith("Z") and instant(result.time))
    for text in (result.title, result.details, result.dedup_key, *result.facts.values()):
        assert text.isprintable()
    assert len(json.dumps(result.to_state())) < 30_000
