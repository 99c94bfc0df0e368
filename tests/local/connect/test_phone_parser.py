"""Parsing the phones of scenario files, and the errors of invalid ones."""

from collections.abc import Mapping

import pytest

from local.connect.failing_numbers import NetworkFault, Throttled
from local.connect.phone_parser import KINDS, parse_phone
from local.connect.simulated_phones import (
    Busy,
    NoAnswer,
    Phone,
    PhoneError,
    Press,
    Reject,
    Voicemail,
)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_a_word_with_default_parameters(kind: str) -> None:
    assert parse_phone(kind) == KINDS[kind]() == parse_phone({kind: None})


@pytest.mark.parametrize(
    ("spec", "phone"),
    [
        ({"press": {"keys": "*1", "answer_after": 3}}, Press("*1", answer_after=3)),
        ({"press": {"keys": 2, "key_after": "1.5"}}, Press("2", key_after=1.5)),
        ({"reject": {"after": 9}}, Reject(9)),
        (
            {"voicemail": {"answer_after": 15, "hang_up_after": 30}},
            Voicemail(15, 30),
        ),
        ({"network_fault": {"placed": "true"}}, NetworkFault(placed=True)),
        ({"network_fault": {"placed": False, "times": 1}}, NetworkFault(times=1)),
        (
            {"throttled": {"times": 3, "error": "ThrottlingException", "then": "busy"}},
            Throttled(3, Busy(), "ThrottlingException"),
        ),
        ({"throttled": {"then": {"press": {"keys": "2"}}}}, Throttled(then=Press("2"))),
        ({"no_answer": {}}, NoAnswer()),
    ],
)
def test_parameters_may_have_their_type_or_be_text(
    spec: str | Mapping[str, object], phone: Phone
) -> None:
    assert parse_phone(spec) == phone


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        ("no_anser", "unknown phone 'no_anser': did you mean no_answer?"),
        ("telepathy", "unknown phone 'telepathy'; use one of busy, hang_up, "),
        ({"press": {"key": "1"}}, "press: unknown parameter 'key': did you mean keys?"),
        ({"busy": {"after": 3}}, "busy: unknown parameter 'after': it takes none"),
        (
            {"reject": {"when": 3}},
            "reject: unknown parameter 'when'; use one of after",
        ),
        (
            {"press": {"keys": "x"}},
            "press: keys must be keys of a phone (0123456789*#), not 'x'",
        ),
        ({"press": {"keys": ["1"]}}, "press: keys: must be text in quotes, not ['1']"),
        (
            {"silent": {"answer_after": "soon"}},
            "silent: answer_after: must be a number of seconds, not 'soon'",
        ),
        (
            {"silent": {"answer_after": -1}},
            "silent: answer_after must be 0 or more seconds, not -1.0",
        ),
        ({"silent": {"answer_after": "nan"}}, "silent: answer_after must be 0 or more seconds"),
        (
            {"network_fault": {"placed": "perhaps"}},
            "network_fault: placed: must be true or false, not 'perhaps'",
        ),
        ({"throttled": {"times": 0}}, "throttled: times must be 1 or more, not 0"),
        (
            {"throttled": {"times": 1.5}},
            "throttled: times: must be a whole number, not 1.5",
        ),
        (
            {"throttled": {"error": "Slow"}},
            "throttled: error must be ThrottlingException or TooManyRequestsException, not Slow",
        ),
        (
            {"throttled": {"then": "bussy"}},
            "throttled: then: unknown phone 'bussy': did you mean busy?",
        ),
        ({"press": "1"}, "press: write its parameters as a mapping, not '1'"),
        (
            {"press": {}, "busy": {}},
            "a phone is a word or a mapping with one key, its kind, not",
        ),
    ],
)
def test_an_invalid_phone_is_refused_in_one_line(
    spec: str | Mapping[str, object], message: str
) -> None:
    with pytest.raises(PhoneError) as refused:
        parse_phone(spec)
    assert str(refused.value).startswith(message)
    assert "\n" not in str(refused.value)


def test_a_phone_created_in_python_is_checked_too() -> None:
    with pytest.raises(PhoneError, match="reject: after must be 0 or more seconds, not -1"):
        Reject(after=-1)
