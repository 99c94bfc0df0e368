"""Parses the phones of scenario files.

In a scenario file a phone is either a word, ``no_answer``, or a mapping with one key, the kind,
and its parameters as the value: ``{press: {keys: "1", answer_after: 6}}``. Scalars may be text or
typed.
"""

from collections.abc import Callable, Mapping
from dataclasses import fields
from typing import Any

from local.connect.failing_numbers import (
    InvalidNumber,
    NetworkFault,
    NotAllowed,
    Throttled,
    Unavailable,
)
from local.connect.simulated_phones import (
    Busy,
    HangUp,
    NoAnswer,
    Phone,
    PhoneError,
    Press,
    Reject,
    Silent,
    Voicemail,
)
from local.did_you_mean import did_you_mean

KINDS: Mapping[str, type[Phone]] = {
    kind.kind: kind
    for kind in (
        NoAnswer,
        Busy,
        Reject,
        Voicemail,
        HangUp,
        Silent,
        Press,
        NotAllowed,
        InvalidNumber,
        NetworkFault,
        Throttled,
        Unavailable,
    )
}


def parse_phone(spec: str | Mapping[str, object]) -> Phone:
    """Return the phone that a scenario file describes.

    Raises:
        PhoneError: the description is invalid; one line.
    """
    kind, parameters = _kind_and_parameters(spec)
    if kind not in KINDS:
        raise PhoneError(f"unknown phone {kind!r}{did_you_mean(kind, KINDS)}")
    known = [field.name for field in fields(KINDS[kind])]
    arguments: dict[str, Any] = {}
    for name, value in parameters.items():
        if name not in known:
            hint = did_you_mean(name, known) if known else ": it takes none"
            raise PhoneError(f"{kind}: unknown parameter {name!r}{hint}")
        try:
            arguments[name] = _PARSERS.get(name, _seconds)(value)
        except ValueError as error:
            raise PhoneError(f"{kind}: {name}: {error}") from None
    return KINDS[kind](**arguments)


def _kind_and_parameters(spec: object) -> tuple[str, Mapping[str, object]]:
    if isinstance(spec, str):
        return spec.strip(), {}
    if isinstance(spec, Mapping) and len(spec) == 1:
        kind, parameters = next(iter(spec.items()))
        if parameters is None:  # "press:" without a value
            return str(kind), {}
        if isinstance(parameters, Mapping):
            return str(kind), {str(name): value for name, value in parameters.items()}
        raise PhoneError(f"{kind}: write its parameters as a mapping, not {parameters!r}")
    raise PhoneError(f"a phone is a word or a mapping with one key, its kind, not {spec!r}")


def _seconds(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise PhoneError(f"must be a number of seconds, not {value!r}")
    try:
        return float(value)
    except ValueError:
        raise PhoneError(f"must be a number of seconds, not {value!r}") from None


def _count(value: object) -> int | None:
    if value is None:
        return None
    if isinstance(value, int | str) and not isinstance(value, bool) and str(value).isdecimal():
        return int(value)
    raise PhoneError(f"must be a whole number, not {value!r}")


def _keys(value: object) -> str:
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)  # keys: 1, without quotes
    return _text(value)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise PhoneError(f"must be text in quotes, not {value!r}")
    return value


def _boolean(value: object) -> bool:
    if isinstance(value, bool):
        return value
    if value in ("true", "false"):
        return value == "true"
    raise PhoneError(f"must be true or false, not {value!r}")


def _phone(value: object) -> Phone:
    if not isinstance(value, str | Mapping):
        raise PhoneError(f"must be a phone, not {value!r}")
    return parse_phone(value)


_PARSERS: Mapping[str, Callable[[object], object]] = {
    "keys": _keys,
    "times": _count,
    "error": _text,
    "placed": _boolean,
    "then": _phone,
}
