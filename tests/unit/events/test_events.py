"""Events become the right incidents, and any JSON value becomes some incident."""

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import example, given

from oncall.events.parse_event import incident_from_event
from oncall.incident import KINDS, SEVERITIES, instant, is_token
from tests.unit.json_values import any_event
from tests.unit.sample_events import FALLBACK_ID, NAMES, event, incident, incident_from, page


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
        ("alarm-suppressed", "alarm", "high", "CloudWatch alarm shop-is-down is in alarm"),
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
def test_every_sample_event_is_recognized(name: str, kind: str, severity: str, title: str) -> None:
    result = incident(name)
    assert (result.kind, result.severity) == (kind, severity)
    assert result.title.startswith(title)


def test_every_sample_event_has_an_expectation() -> None:
    marks = test_every_sample_event_is_recognized.pytestmark  # type: ignore[attr-defined]
    assert {case[0] for case in marks[0].args[1]} == set(NAMES)


def test_a_sign_in_has_the_person_the_address_and_the_use_of_mfa() -> None:
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


ASSUMED_ROLE = "arn:aws:sts::123456789012:assumed-role/deploy/build-7"


@pytest.mark.parametrize(
    ("detail", "principal", "role"),
    [
        ({}, "ana@example.com", "AdministratorAccess"),
        ({"userIdentity": {"type": "AssumedRole", "arn": ASSUMED_ROLE}}, "build-7", "deploy"),
    ],
)
def test_a_federated_sign_in_has_a_person_and_a_role_but_no_mfa(
    detail: dict[str, object], principal: str, role: str
) -> None:
    facts = incident("federated-sign-in", **detail).facts
    assert (facts["principal"], facts["role"]) == (principal, role)
    assert "mfa" not in facts  # only the identity provider has it


def test_a_name_that_cloudtrail_hides_is_left_out() -> None:
    result = incident("iam-user-sign-in-failed")
    assert "HIDDEN" not in result.title + result.details
    assert "No username found in supplied account" in result.details


@pytest.mark.parametrize("response", [None, {}, {"ConsoleLogin": "Maybe"}, [], "Success"])
def test_a_sign_in_without_a_result_still_pages(response: object) -> None:
    result = incident("root-sign-in", responseElements=response)
    assert (result.kind, result.severity) == ("other", "high")
    assert "root" in result.details


@pytest.mark.parametrize("spelling", ["Sign In", "Signin"])
def test_both_spellings_of_sign_in_are_recognized(spelling: str) -> None:
    detail_type = {"detail-type": f"AWS Console {spelling} via CloudTrail"}
    assert incident_from(event("root-sign-in") | detail_type).kind == "root_sign_in"


def test_an_alarm_without_a_resource_is_identified_by_its_name() -> None:
    result = incident_from(event("alarm-alb-latency") | {"resources": None})
    assert result.dedup_key == "alarm:123456789012:us-east-1:checkout-alb-latency"


def test_an_alarm_has_its_description_its_reason_and_what_suppresses_it() -> None:
    result = incident("alarm-alb-latency")
    assert result.details.startswith(
        "Checkout answers slower than 2 s. Reason: Threshold Crossed: 3"
    )
    suppressed = incident("alarm-suppressed")
    assert "Actions suppressed by arn:aws" in suppressed.details
    assert suppressed.facts["suppressed_alarm"] == event("alarm-suppressed")["resources"][0]
    assert "suppressed_alarm" not in incident("alarm-composite").facts


@pytest.mark.parametrize(
    ("state", "held"),
    [
        ({"actionsSuppressedBy": "Alarm"}, True),
        ({"actionsSuppressedBy": "ExtensionPeriod", "actionsSuppressedReason": None}, True),
        ({"actionsSuppressedReason": "Deployment"}, False),
        ({"actionsSuppressedBy": None}, False),
        ({"actionsSuppressedBy": ["Alarm"]}, False),  # in doubt, call
    ],
)
def test_an_alarm_is_suppressed_whatever_else_is_missing(
    state: dict[str, object], *, held: bool
) -> None:
    result = incident("alarm-suppressed", state={"value": "ALARM"} | state)
    assert ("suppressed_alarm" in result.facts) == held


@pytest.mark.parametrize(
    "detail",
    [
        {"state": {"value": "ALARM"}},
        {"configuration": None, "state": {"value": "ALARM", "reason": None, "timestamp": None}},
    ],
)
def test_an_alarm_with_only_a_name_and_a_state_pages(detail: dict[str, object]) -> None:
    sparse = event("alarm-alb-latency") | {"detail": {"alarmName": "a"} | detail}
    result = incident_from(sparse | {"resources": []})
    assert (result.kind, result.title) == ("alarm", "CloudWatch alarm a is in alarm")
    assert (result.state_time, result.resolved_by) == ("", "")


def test_an_alarm_in_an_unknown_state_still_pages() -> None:
    assert incident("alarm-alb-latency", state={"value": "FLAPPING"}).kind == "other"


@pytest.mark.parametrize(
    ("score", "severity"),
    [
        (10, "critical"), (9.0, "critical"), (8.9, "high"), (7, "high"), (4.0, "medium"),
        (3.9, "low"), (0, "low"), (-1, "low"), ("8", "high"), (None, "high"), (True, "high"),
    ],
)  # fmt: skip
def test_a_findings_severity_follows_its_score(score: object, severity: str) -> None:
    assert incident("guardduty-finding", severity=score).severity == severity


@pytest.mark.parametrize(
    ("name", "details"),
    [
        ("guardduty-finding", "Resource: Instance i-0123456789abcdef0."),
        ("health-instance-stop", "The host of one of your instances has degraded. The instance"),
    ],
)
def test_findings_and_health_events_belong_to_the_affected_account(name: str, details: str) -> None:
    result = incident(name)
    assert (result.account, result.region) == ("210987654321", "us-west-2")
    assert details in result.details


def test_an_empty_health_event_pages_without_its_impossible_time() -> None:
    empty = event("health-instance-stop") | {"detail": {}, "time": "1970-01-01T00:00:00Z"}
    result = incident_from(empty)
    assert (result.kind, result.severity, result.time) == ("health_event", "high", "")
    assert result.title == "AWS Health: an event that could not be read"
    assert incident_from(empty | {"id": "another"}).dedup_key != result.dedup_key


def test_a_public_health_event_and_its_copies_are_one_incident() -> None:
    public = event("health-instance-stop")
    public["detail"] |= {"eventScopeCode": "PUBLIC", "affectedAccount": "123456789012"}
    copy = public | {"region": "us-west-2", "account": "210987654321"}
    copy["detail"] = {
        name: value
        for name, value in public["detail"].items()
        if name not in ("eventDescription", "affectedEntities", "startTime", "affectedAccount")
    }
    copy["detail"] |= {"backupEvent": "true", "page": "2", "totalPages": "3"}
    assert incident_from(copy).dedup_key == incident_from(public).dedup_key


@pytest.mark.parametrize("status", ["closed", "Closed", "CLOSED", " closed\n"])
def test_a_closed_health_event_resolves_its_incident(status: str) -> None:
    closed = incident("health-instance-stop", statusCode=status)
    assert closed.resolved_by == "AWS Health"
    assert closed.dedup_key == incident("health-instance-stop").dedup_key
    assert incident("health-instance-stop").resolved_by == ""


@pytest.mark.parametrize("archived", [True, False])
def test_an_archived_finding_pages(*, archived: bool) -> None:
    """Unconfirmed whether GuardDuty sends an event on archiving, so a finding always pages."""
    assert incident("guardduty-finding", service={"archived": archived}).resolved_by == ""


def test_an_unknown_event_is_announced_with_its_most_important_fields_first() -> None:
    detail = {
        "version": 7,
        "eventTime": "2026-01-05T20:30:00Z",
        "shard": 12345678,
        "message": "no space left",
        "state": "failed",
        "user_name": "ana",
        "eventName": "Backup",
        "reason": "disk",
    }
    result = incident_from(event("order-service") | {"detail": detail})
    assert result.facts["about"] == "eventName: Backup, user_name: ana, state: failed, reason: disk"
    few = incident_from(event("order-service") | {"detail": {"version": 7, "shard": 12345678}})
    assert few.facts["about"] == "shard: 12345678"
    long = {"name": "6f87d04b-9f74-4f04-a780-7acf4b0a9b38", "error": "Timeout"}
    opaque = incident_from(event("order-service") | {"detail": long})
    assert opaque.facts["about"] == f"error: Timeout, name: {long['name']}"


def test_an_api_call_is_announced_with_action_person_error_and_parameters() -> None:
    detail = {
        "eventVersion": "1.09",
        "userIdentity": {"type": "IAMUser", "userName": "ana"},
        "eventSource": "iam.amazonaws.com",
        "eventName": "AttachUserPolicy",
        "errorCode": "AccessDenied",
        "requestParameters": {"policyArn": "arn:aws:iam::aws:policy/ReadOnly", "userName": "bo"},
    }
    call = {"source": "aws.iam", "detail-type": "AWS API Call via CloudTrail", "detail": detail}
    assert incident_from(call).facts["about"] == (
        "AttachUserPolicy, ana, AccessDenied, userName: bo,"
        " policyArn: arn:aws:iam::aws:policy/ReadOnly"
    )


def test_a_closed_health_event_has_low_severity() -> None:
    closed = incident("health-instance-stop", eventTypeCategory="issue", statusCode="closed")
    assert closed.severity == "low"


@pytest.mark.parametrize(
    ("requested", "severity"),
    [
        *[("Critical", "critical"), ("HIGH", "high"), ("medium", "medium"), ("low", "low")],
        *[(invalid, "high") for invalid in ("apocalypse", "", None, 3, ["low"])],
    ],
)
def test_a_page_has_the_severity_it_requests_or_else_high(requested: object, severity: str) -> None:
    assert page(severity=requested).severity == severity


INVALID_TEAMS = ("../other", "a b", "", None, 7, "x" * 65, "团队", ["storage"])


@pytest.mark.parametrize(
    ("requested", "team"),
    [("storage_2-B", "storage_2-B"), *[(invalid, "default") for invalid in INVALID_TEAMS]],
)
def test_a_page_goes_to_the_team_it_names_or_else_to_the_default(
    requested: object, team: str
) -> None:
    assert page(team=requested).team == team


def test_a_page_without_any_field_still_pages() -> None:
    result = page()
    assert (result.kind, result.severity) == ("page", "high")
    assert result.title == "Page without a description"


def test_an_alarm_from_another_source_is_not_recognized() -> None:
    assert incident_from(event("alarm-alb-latency") | {"source": "another"}).kind == "other"


AFFECTED = "210987654321:us-west-2"
ALARM_KEY = "alarm:arn:aws:cloudwatch:us-east-1:123456789012:alarm:checkout-alb-latency"


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("root-sign-in", "sign-in:123456789012:root:ConsoleLogin:success"),
        ("root-sign-in-failed", "sign-in:123456789012:root:ConsoleLogin:failure"),
        ("iam-user-sign-in", "sign-in:123456789012:user::security_user:ConsoleLogin:success"),
        ("alarm-alb-latency", ALARM_KEY),
        ("alarm-ok", ALARM_KEY),  # closes the incident that ALARM opened
        ("ec2-stopped", "ec2:123456789012:us-east-1:i-0abcd1234efgh5678:stopped"),
        ("guardduty-finding", f"guardduty:{AFFECTED}:16afba5c5c43e07c9e3e5e2e544e95df"),
        ("callout-page", "page:storage:backup/orders"),
    ],
)
def test_the_same_incident_has_the_same_dedup_key(name: str, key: str) -> None:
    later = event(name) | {"id": "another", "time": "2026-02-02T02:02:02Z"}
    assert incident(name).dedup_key == key
    assert incident_from(later).dedup_key == key


def test_a_page_without_dedup_key_is_identified_by_its_title() -> None:
    assert page(title="Disk full").dedup_key == "page:default:Disk full"


def test_events_without_any_field_are_different_incidents() -> None:
    assert incident_from({"id": "a"}).dedup_key != incident_from({"id": "b"}).dedup_key


def test_names_that_only_look_alike_are_different_incidents() -> None:
    assert page(dedup_key="disk\u200b").dedup_key != page(dedup_key="disk").dedup_key
    assert page(dedup_key="x" * 900).dedup_key != page(dedup_key="x" * 901).dedup_key


@pytest.mark.parametrize("name", [name for name in NAMES if not name.startswith("replayed")])
def test_a_replay_is_the_same_incident_marked_as_a_test(name: str) -> None:
    original, replayed = event(name), incident_from(event(name) | {"source": "callout.replay"})
    result = incident_from(original)
    assert replayed.test
    assert replayed.kind == result.kind
    if result.kind != "other":
        expected = replace(result, test=True, dedup_key=f"test:{result.dedup_key}")
        assert replayed == expected


@pytest.mark.parametrize("event_id", [None, 7, "", "a b", "x" * 65, "../id", "é", ["id"]])
def test_an_unusable_id_is_replaced(event_id: object) -> None:
    assert incident_from(event("ec2-stopped") | {"id": event_id}).id == FALLBACK_ID


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
    assert incident_from({"time": written}).time == time


def test_a_missing_time_is_replaced_by_the_fallback() -> None:
    result = incident_from_event({}, fallback_id="x", fallback_time="2026-01-05T08:00:00+08:00")
    assert result.time == "2026-01-05T00:00:00Z"


@given(any_event)
@example([])
@example("")
@example(None)
@example({"detail": []})
@example({"source": "callout", "detail-type": "Page", "detail": {"title": 10**5000}})
@example({"source": "aws.signin", "detail-type": ["AWS Console Sign In via CloudTrail"]})
def test_any_json_value_makes_an_incident(value: Any) -> None:  # noqa: ANN401 - any JSON value
    result = incident_from(value)
    assert result.kind in KINDS
    assert result.severity in SEVERITIES
    assert is_token(result.team)
    assert result.title
    assert 0 < len(result.dedup_key) <= 500
    assert result.time == "" or (result.time.endswith("Z") and instant(result.time))
    for text in (result.title, result.details, result.dedup_key, *result.facts.values()):
        assert text.isprintable()
    assert len(json.dumps(result.to_state())) < 30_000
