"""The doctor's checks of the deployment, Connect, rosters, SNS and quotas."""

from __future__ import annotations

from typing import Any

import pytest

from callout.deployed_stack import Resource, Stack, trigger_name
from callout.doctor.check_connect import check_instance, check_number, check_stack, check_telephony
from callout.doctor.check_countries import (
    check_countries,
    country_name,
    country_of,
    numbers_by_country,
)
from callout.doctor.check_notifications import (
    check_chat,
    check_sms_sandbox,
    check_sms_spending,
    check_subscriptions,
)
from callout.doctor.check_quotas import (
    CALLS,
    DEFAULTS,
    PLACING,
    POLLING,
    READING_KEYS,
    check_concurrency,
    check_quotas,
)
from callout.doctor.check_result import CheckResult, State
from callout.doctor.check_rosters import check_roster, valid_rosters

INSTANCE, OTHER = "5e0c3a51-7d8e-4c52-9f0b-2a6d1c3b4e5f", "0b1e2c3d-4f5a-4b6c-8d7e-9f0a1b2c3d4e"
NUMBER = "+12065550100"
OUTPUTS = {"StateMachineArn": "arn:machine", "NotificationTopicArn": "arn:topic"}
PARAMETERS = {"instance-id": "i", "contact-flow-id": "f", "source-phone-number": NUMBER}


def states(findings: list[CheckResult]) -> list[str]:
    return [str(finding.state) for finding in findings]


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("CREATE_COMPLETE", "ok"),
        ("UPDATE_COMPLETE", "ok"),
        ("IMPORT_COMPLETE", "ok"),
        ("UPDATE_ROLLBACK_COMPLETE", "warn"),  # works, but is not the latest version
        ("UPDATE_IN_PROGRESS", "warn"),
        ("ROLLBACK_COMPLETE", "fail"),  # was deleted
        ("CREATE_FAILED", "fail"),
        ("DELETE_FAILED", "fail"),
        ("UPDATE_ROLLBACK_FAILED", "fail"),
    ],
)
def test_stack_status_decides_the_result(status: str, state: str) -> None:
    assert check_stack("Callout", "eu-west-1", Stack("Callout", status, OUTPUTS)).state == state


def test_stack_without_callouts_outputs_fails() -> None:
    finding = check_stack("Callout", "eu-west-1", Stack("Callout", "CREATE_COMPLETE", {}))
    assert finding.state is State.FAIL
    assert "StateMachineArn" in finding.message


def test_functions_with_current_parameters_are_ok() -> None:
    environments = {
        "place_call": {"CONNECT_INSTANCE_ID": "i", "CONTACT_FLOW_ID": "f"},
        "check_call": {"CONNECT_INSTANCE_ID": "i"},
        "open_incident": {},
    }
    assert states(check_telephony(PARAMETERS, environments)) == ["ok"]


def test_each_outdated_function_is_listed() -> None:
    environments = {
        "place_call": {"CONNECT_INSTANCE_ID": "old"},
        "check_call": {"CONNECT_INSTANCE_ID": "old"},
    }
    found = check_telephony(PARAMETERS, environments)
    assert states(found) == ["fail", "fail"]
    assert "place_call was deployed with old" in found[0].message
    assert found[1].fix == "cdk deploy Callout"


def test_parameters_only_need_to_exist_before_the_deployment() -> None:
    assert states(check_telephony(PARAMETERS, {})) == ["ok"]
    found = check_telephony(PARAMETERS | {"contact-flow-id": None}, {})
    assert states(found) == ["fail"]
    assert "cdk deploy CalloutTelephony" in found[0].fix


@pytest.mark.parametrize(
    ("instance", "attribute", "state"),
    [
        ({"InstanceStatus": "ACTIVE", "OutboundCallsEnabled": True}, "true", "ok"),
        ({}, "true", "ok"),  # missing fields are accepted
        ({"InstanceStatus": "ACTIVE", "OutboundCallsEnabled": True}, "false", "fail"),
        ({"InstanceStatus": "ACTIVE", "OutboundCallsEnabled": False}, None, "fail"),
        ({"InstanceStatus": "CREATION_IN_PROGRESS"}, "true", "fail"),
        (None, None, "fail"),
    ],
)
def test_instance_must_be_active_and_allow_outbound_calls(
    instance: dict[str, Any] | None, attribute: str | None, state: str
) -> None:
    assert check_instance(INSTANCE, instance, attribute).state == state


def claimed(**changes: Any) -> list[dict[str, Any]]:  # noqa: ANN401 - fields of the API
    number = {
        "PhoneNumber": NUMBER,
        "PhoneNumberType": "DID",
        "PhoneNumberCountryCode": "US",
        "InstanceId": INSTANCE,
    } | changes
    return [{key: value for key, value in number.items() if value is not None}]


@pytest.mark.parametrize(
    ("numbers", "status", "countries", "state"),
    [
        (claimed(), {"Status": "CLAIMED"}, {"CN", "US"}, "ok"),
        (claimed(), None, set(), "ok"),
        ([], None, set(), "fail"),
        (claimed(PhoneNumber="+12065550101"), None, set(), "fail"),
        (claimed(InstanceId=OTHER), None, set(), "fail"),
        (claimed(InstanceId=None, TargetArn="arn:group"), None, set(), "warn"),
        (claimed(), {"Status": "IN_PROGRESS"}, set(), "fail"),
        (claimed(PhoneNumberType="TOLL_FREE"), None, {"US"}, "ok"),
        (claimed(PhoneNumberType="TOLL_FREE"), None, {"CN", "US"}, "fail"),
        (claimed(PhoneNumberType="SHORT_CODE"), None, {"US"}, "fail"),
    ],
)
def test_number_must_belong_to_the_instance_and_reach_the_contacts(
    numbers: list[dict[str, Any]],
    status: dict[str, str] | None,
    countries: set[str],
    state: str,
) -> None:
    assert check_number(NUMBER, INSTANCE, numbers, status, countries).state == state


def test_valid_roster_reports_contacts_and_numbers() -> None:
    text = "contacts: [{name: Ana, phone: [+14155550132, +14155550178]}]"
    [finding] = check_roster("default", text)
    assert (finding.state, finding.message) == (State.OK, "1 contact, 2 numbers")


def test_deployed_team_without_a_roster_fails() -> None:
    [finding] = check_roster("payments", None)
    assert finding.state is State.FAIL
    assert finding.fix.endswith("callout roster push payments roster.yaml")


def test_a_roster_with_gaps_or_late_second_calls_is_doubtful() -> None:
    contacts = "contacts: [{name: Ana, phone: +14155550132, attempts: 2}]\nring_seconds: 60\n"
    assert check_roster("default", contacts, 60)[0].state is State.OK
    [late] = check_roster("default", contacts, 120)
    assert (late.state, "ring_seconds: 52" in late.message) == (State.WARN, True)
    rotation = "name: day, members: [Ana], starts: 2026-01-05T09:00, every: 1w"
    [gap] = check_roster(
        "default",
        f"{contacts}escalation: [day]\nrotations: [{{{rotation}, hours: Mon 09:00-17:00}}]",
        60,
    )
    assert (gap.state, "nobody is on duty from" in gap.message) == (State.WARN, True)


def test_invalid_rosters_are_left_out() -> None:
    good = "contacts: [{name: Ana, phone: +14155550132}]"
    assert valid_rosters({"default": good, "payments": None, "web": "contacts: []"}).keys() == {
        "default"
    }


@pytest.mark.parametrize(
    ("number", "country"),
    [
        ("+14155550132", "US"),  # in no plan: the first country that has the code
        ("+16135550132", "CA"),
        ("+8613800138000", "CN"),
        ("+85251234567", "HK"),
        ("+80012345678", "001"),
        ("+999", "001"),
    ],
)
def test_country_of_a_number(number: str, country: str) -> None:
    assert country_of(number) == country


def test_each_country_is_one_line_with_its_prefix_restrictions() -> None:
    text = (
        "contacts: [{name: A, phone: [+8613800138000, +8613900139000]},"
        " {name: B, phone: +819012345678}, {name: C, phone: +442079460000}]"
    )

    found = check_countries(numbers_by_country(valid_rosters({"default": text})))

    china, britain, japan = found
    assert states(found) == ["warn", "warn", "warn"]
    assert china.message.startswith("China (+86, 2 numbers)")
    assert "mainland China" in china.message
    assert "+447" not in britain.message, "not a mobile number"
    assert "+8190" in japan.message


def test_country_without_an_iso_name_has_a_fallback() -> None:
    assert country_name("001") == "Numbers without a country"
    assert country_name("XK") == "XK"


def subscription(arn: str, protocol: str = "email", endpoint: str = "a@example.com") -> Any:  # noqa: ANN401 - as above
    return {"SubscriptionArn": arn, "Protocol": protocol, "Endpoint": endpoint}


def test_topic_without_subscriptions_fails() -> None:
    assert states(check_subscriptions([])) == ["fail"]
    assert states(check_subscriptions([subscription("Deleted")])) == ["fail"]


def test_each_unconfirmed_subscription_is_listed() -> None:
    found = check_subscriptions(
        [
            subscription("PendingConfirmation"),
            subscription("arn:1", endpoint="b@example.com"),
            subscription("PendingConfirmation", endpoint="c@example.com"),
        ]
    )

    assert [finding.message for finding in found] == [
        "email a@example.com has not confirmed",
        "email c@example.com has not confirmed",
    ]


def test_phone_numbers_of_subscriptions_are_masked() -> None:
    [finding] = check_subscriptions([subscription("arn:1", "sms", "+14155550132")])
    assert finding.state is State.OK
    assert "+1********32" in finding.message


@pytest.mark.parametrize(
    ("in_sandbox", "verified", "state"),
    [(False, [], "ok"), (True, ["+14155550132"], "ok"), (True, ["+14155550178"], "fail")],
)
def test_text_messages_in_the_sandbox_need_a_verified_number(
    in_sandbox: bool,  # noqa: FBT001 - a parameter of the test
    verified: list[str],
    state: str,
) -> None:
    found = check_sms_sandbox(["+14155550132"], in_sandbox=in_sandbox, verified=verified)
    assert states(found) == [state]
    assert "5550132" not in found[0].message


def test_a_chat_channel_subscribes_itself() -> None:
    endpoint = "https://global.sns-api.chatbot.amazonaws.com"
    assert check_chat([subscription("arn:1", "https", endpoint)]).state is State.OK
    assert check_chat([subscription("arn:1")]).state is State.WARN


def test_the_spending_limit_of_a_new_account_is_doubtful() -> None:
    assert states(check_sms_spending(1)) == ["warn"]
    assert states(check_sms_spending(20)) == []


def test_a_roster_that_wants_text_messages_needs_the_setting() -> None:
    contacts = "contacts: [{name: Ana, phone: +14155550132, text: true}]"
    assert check_roster("default", contacts, texts=True)[0].state is State.OK
    [found] = check_roster("default", contacts, texts=False)
    assert (found.state, "no text messages for Ana" in found.message) == (State.WARN, True)


@pytest.mark.parametrize(
    ("unreserved", "teams", "state"),
    [(1000, 10, "ok"), (900, 850, "ok"), (10, 1, "warn"), (10, 40, "warn"), (10, 41, "fail")],
)
def test_lambda_concurrency_must_suffice_for_the_teams(
    unreserved: int, teams: int, state: str
) -> None:
    finding = check_concurrency(unreserved, teams)
    assert finding.state == state
    assert bool(finding.fix) == (state != "ok")


@pytest.mark.parametrize(
    ("quotas", "teams", "name"),
    [
        (DEFAULTS, 4, None),
        (DEFAULTS | {CALLS: 0}, 1, CALLS),  # seen in new accounts
        (DEFAULTS | {PLACING: 0.5}, 1, PLACING),
        (DEFAULTS | {CALLS: 100, READING_KEYS: 100}, 5, POLLING),
        (DEFAULTS | {CALLS: 100, POLLING: 100}, 5, READING_KEYS),
    ],
)
def test_insufficient_quota_is_reported(
    quotas: dict[str, float], teams: int, name: str | None
) -> None:
    [finding] = check_quotas(quotas, teams)
    assert finding.state == ("fail" if name else "ok")
    assert finding.message.startswith(name or "")


def test_unreadable_quotas_are_unknown_with_the_defaults() -> None:
    [finding] = check_quotas({}, 2, read_error="AccessDenied")
    assert finding.state is State.UNKNOWN
    assert "(AccessDenied)" in finding.message
    assert "sufficient for 2 teams" in finding.message
    assert "Service Quotas" in finding.fix


@pytest.mark.parametrize(
    ("kind", "logical_id", "trigger"),
    [
        ("AWS::Events::Rule", "TriggersRootSignInCBAB887A", "RootSignIn"),
        ("AWS::Events::Rule", "TriggersDEADBEEF01234567", "DEADBEEF"),
        ("AWS::Events::Rule", "DrillSchedule01234567", ""),
        ("AWS::SQS::Queue", "TriggersEventDlqBBF71553", ""),
    ],
)
def test_trigger_name_comes_from_the_logical_id(kind: str, logical_id: str, trigger: str) -> None:
    assert trigger_name(Resource(kind, logical_id, "name")) == trigger
