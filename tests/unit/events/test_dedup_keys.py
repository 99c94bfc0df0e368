"""Events that differ never share a dedup key; the same event always has the same one."""

from __future__ import annotations

import json
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from oncall.text import clean
from tests.unit.json_values import any_json
from tests.unit.sample_events import NAMES, event, incident_from, page

API_CALL: dict[str, Any] = {
    "source": "aws.iam",
    "detail-type": "AWS API Call via CloudTrail",
    "id": "e1",
    "account": "123456789012",
    "region": "us-east-1",
    "time": "2026-01-05T10:10:10Z",
    "resources": [],
    "detail": {
        "eventVersion": "1.09",
        "userIdentity": {
            "type": "IAMUser",
            "arn": "arn:aws:iam::123456789012:user/ana",
            "accountId": "123456789012",
            "userName": "ana",
            "accessKeyId": "AKIAIOSFODNN7EXAMPLE",
        },
        "eventTime": "2026-01-05T10:10:09Z",
        "eventSource": "iam.amazonaws.com",
        "eventName": "AttachUserPolicy",
        "awsRegion": "us-east-1",
        "sourceIPAddress": "192.0.2.101",
        "requestParameters": {
            "userName": "bo",
            "policyArn": "arn:aws:iam::aws:policy/AdministratorAccess",
        },
        "responseElements": None,
        "requestID": "0c1d8a1e-1b60-4b2d-a9e7-1c9f4c6a2b33",
        "eventID": "1c1d8a1e-1b60-4b2d-a9e7-1c9f4c6a2b33",
        "recipientAccountId": "123456789012",
    },
}
ORDER: dict[str, Any] = {
    "source": "shop.orders",
    "detail-type": "Order failed",
    "id": "e1",
    "account": "123456789012",
    "region": "us-east-1",
    "time": "2026-01-05T10:10:10Z",
    "detail": {
        "order_id": "A-1001",
        "lines": [{"sku": "7", "amount": 1}],
        "message_id": "m1",
        "createdAt": "2026-01-05T10:10:09.123Z",
    },
}
ALARM, FINDING, HEALTH = map(
    event, ("alarm-alb-latency", "guardduty-finding", "health-instance-stop")
)


def changed(original: dict[str, Any], path: str, value: object) -> dict[str, Any]:
    """Return the event with the field at a path replaced."""
    copy = deepcopy(original)
    *parents, last = path.split(".")
    place = copy
    for name in parents:
        place = place[name]
    place[last] = value
    return copy


def key(value: object) -> str:
    return incident_from(value).dedup_key


def reordered(value: object) -> object:
    """Return a JSON value with the fields of every object in reverse order."""
    if isinstance(value, dict):
        return {name: reordered(value[name]) for name in reversed(value)}
    return [reordered(item) for item in value] if isinstance(value, list) else value


@pytest.mark.parametrize("name", NAMES)
def test_an_event_delivered_again_has_the_same_key(name: str) -> None:
    again = changed(event(name), "id", "7bf73129-1428-4cd3-a780-95db273d1699")
    again["time"] = "2026-02-02T02:02:02Z"
    assert key(reordered(again)) == key(event(name))


@pytest.mark.parametrize(
    ("original", "path"),
    [
        *((API_CALL, f"detail.{name}") for name in ("eventTime", "eventID", "requestID")),
        (API_CALL, "detail.userIdentity.accessKeyId"),
        (API_CALL, "detail.sourceIPAddress"),
        *((ORDER, path) for path in ("id", "time", "detail.message_id", "detail.createdAt")),
        *((FINDING, path) for path in ("detail.updatedAt", "detail.service.count")),
        *((FINDING, path) for path in ("detail.severity", "detail.title")),
        *((HEALTH, path) for path in ("region", "account", "detail.page", "detail.backupEvent")),
        *((HEALTH, path) for path in ("detail.statusCode", "detail.communicationId")),
        (ALARM, "detail.state.reason"),
    ],
)
@pytest.mark.parametrize("value", ["2026-07-07T07:07:07Z", 7, None])
def test_what_differs_when_it_is_reported_again_is_not_in_the_key(
    original: dict[str, Any], path: str, value: object
) -> None:
    assert key(changed(original, path, value)) == key(original)


@pytest.mark.parametrize(
    ("original", "path", "value"),
    [
        (API_CALL, "detail.eventName", "CreateUser"),
        (API_CALL, "detail.userIdentity.userName", "li"),
        (API_CALL, "detail.requestParameters.userName", "li"),
        (API_CALL, "detail.requestParameters", None),
        (API_CALL, "detail.errorCode", "AccessDenied"),
        (API_CALL, "detail.recipientAccountId", "210987654321"),
        (API_CALL, "detail.awsRegion", "eu-west-1"),
        (ORDER, "detail.order_id", "A-1002"),
        (ORDER, "detail.lines", [{"sku": "7", "amount": 2}]),
        (ORDER, "detail", {"order_id": True}),
        (ORDER, "account", "210987654321"),
        (ORDER, "region", "eu-west-1"),
        (ORDER, "source", "shop.invoices"),
        (ORDER, "resources", ["order/4711"]),
        (event("ec2-stopped"), "account", "210987654321"),
        (event("ec2-stopped"), "region", "eu-west-1"),
        (event("root-sign-in"), "detail.recipientAccountId", "210987654321"),
        (event("role-switch"), "detail.responseElements.SwitchRole", "Failure"),
        (FINDING, "detail.accountId", "123456789012"),
        (FINDING, "detail.region", "eu-west-1"),
        (HEALTH, "detail.affectedAccount", "123456789012"),
        (HEALTH, "detail.eventRegion", "eu-west-1"),
        (ALARM, "resources", []),
        (changed(ALARM, "resources", []), "account", "210987654321"),
        (changed(ALARM, "resources", []), "region", "eu-west-1"),
    ],
)
def test_events_about_different_things_have_different_keys(
    original: dict[str, Any], path: str, value: object
) -> None:
    assert key(changed(original, path, value)) != key(original)


NAME_PATHS = [
    (ORDER, "detail.order_id"),
    (API_CALL, "detail.eventName"),
    (API_CALL, "detail.requestParameters.userName"),
    (event("ec2-stopped"), "detail.instance-id"),
    (event("iam-user-sign-in"), "detail.userIdentity.userName"),
    (changed(ALARM, "resources", []), "detail.alarmName"),
    (FINDING, "detail.id"),
    (HEALTH, "detail.eventArn"),
]
any_name = st.text(min_size=1, max_size=300) | st.integers(0, 10**20)


@given(st.sampled_from(NAME_PATHS), any_name, any_name)
@example(NAME_PATHS[0], 12345678, 12345679)
@example(NAME_PATHS[3], "i-1\u200b", "i-1")
@example(NAME_PATHS[5], "x" * 250 + "1", "x" * 250 + "2")
def test_different_names_have_different_keys(
    place: tuple[dict[str, Any], str], one: str | int, other: str | int
) -> None:
    assume(str(one) != str(other) and clean(str(one)) and clean(str(other)))
    original, path = place
    first, second = (incident_from(changed(original, path, name)) for name in (one, other))
    assert first.dedup_key != second.dedup_key


@pytest.mark.parametrize(
    ("value", "part"),
    [
        (1000001, "1000001"),
        (10**15 + 1, "1000000000000001"),
        (7.0, "7"),
        (12300000.5, "12300000.5"),
        (0, "0"),
        (False, "false"),
        ([1, {"b": 2, "a": None}], '[1,{"a":null,"b":2}]'),
        ("name%22%3A%22x%22", "name%22%3A%22x%22"),
    ],
)
def test_a_dedup_key_of_any_json_type_is_written_exactly(value: object, part: str) -> None:
    assert page(dedup_key=value, title="t").dedup_key == f"page:default:{part}"


@pytest.mark.parametrize("name", sorted({*NAMES} - {"callout-page"}))
def test_a_page_never_has_the_key_of_another_event(name: str) -> None:
    copied = key(event(name))
    assert page(dedup_key=copied).dedup_key == f"page:default:{copied}" != copied


@pytest.mark.parametrize("value", [None, "", " \n", "\u200b", [], {}, float("nan"), float("inf")])
def test_without_a_usable_dedup_key_the_title_and_then_the_id_identify_a_page(
    value: object,
) -> None:
    assert page(dedup_key=value, title="Disk full").dedup_key == "page:default:Disk full"
    assert page(dedup_key=value, title=value).dedup_key == "page:default:e1"
    unidentified = {"source": "callout", "detail-type": "Page", "detail": {"dedup_key": value}}
    assert key(unidentified) == "page:default:execution-4711"


def test_titles_that_differ_after_200_characters_are_different_pages() -> None:
    assert page(title="x" * 250 + "1").dedup_key != page(title="x" * 250 + "2").dedup_key


def deep(value: object, levels: int = 5000) -> object:
    """Return the value within many lists."""
    for _ in range(levels):
        value = [value]
    return value


@given(any_json, any_json)
@example(one=1, other=True)
@example(one=0, other=False)
@example([1, 23], [12, 3])
@example({"a": 1, "b": 2}, {"b": 2, "a": 1})
@example(10**5000, 10**5000 + 1)
@example("x" * 1000, "x" * 1001)
def test_different_json_values_are_different_dedup_keys(one: Any, other: Any) -> None:  # noqa: ANN401
    first, second = (page(dedup_key=value).dedup_key for value in (one, other))
    assert first.isprintable()
    assert len(first) <= 500
    if first == second and first != "page:default:e1":
        # A text is also the key of the number or object that it writes.
        values = [value if isinstance(value, str) else written(value) for value in (one, other)]
        assert values[0] == values[1]


def written(value: object) -> str:
    """Return a JSON value as text that is the same for equal values, whole floats included."""

    def whole(item: Any) -> Any:  # noqa: ANN401 - any JSON value
        if isinstance(item, dict):
            return {name: whole(item[name]) for name in item}
        if isinstance(item, list):
            return [whole(element) for element in item]
        is_whole = isinstance(item, float) and item.is_integer() and abs(item) < 10**21
        return int(item) if is_whole else item

    return json.dumps(whole(value), sort_keys=True, ensure_ascii=False, separators=(",", ":"))


@given(st.integers() | st.floats(allow_nan=False, allow_infinity=False))
@example(12345678)
@example(12300000.0)
@example(1e22)
@example(-0.0)
def test_a_number_is_written_as_it_is(number: float) -> None:
    title = page(title=number).title
    if title != "Page without a description":
        assert float(title) == float(number)
        assert "e" not in title or not 1e-7 <= abs(number) < 1e21
    else:
        assert abs(number) >= 10**200


@pytest.mark.parametrize("path", ["detail", "detail.requestParameters"])
def test_an_event_nested_too_deeply_pages(path: str) -> None:
    keys = {key(changed(API_CALL | {"id": event_id}, path, deep("x"))) for event_id in "ab"}
    assert len(keys) == 2
    assert page(dedup_key=deep("x")).dedup_key == "page:default:e1"


@pytest.mark.parametrize("name", ["order-service", "role-switch", "roster-parameter-changed"])
def test_a_key_begins_with_what_a_person_can_read(name: str) -> None:
    original = event(name)
    expected = f"other:{original['source']}:{original['detail-type']}:123456789012:us-east-1:"
    assert key(original).startswith(expected)
