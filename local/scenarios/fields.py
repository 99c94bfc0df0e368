"""The types of the fields of a scenario file, and how they are checked."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from local.connect.phone_parser import parse_phone
from local.connect.simulated_phones import Phone, PhoneError, ScriptPerCall
from local.did_you_mean import did_you_mean
from local.faults.fault import Fault, parse_fault
from local.scenarios.file_kinds import ROSTER
from local.scenarios.files import event_names, read_event, read_object, read_text

if TYPE_CHECKING:
    from pydantic import ValidationInfo

#: Outside them, zones and the years of events end.
_YEARS = range(2000, 3000)
#: What a roster's file is called; any other text is the roster itself.
_ROSTER_FILES = (".yaml", ".yml", ".json")


def read_fault(written: object) -> Fault:
    """Read a fault, unless it is one already; raise FaultError."""
    return written if isinstance(written, Fault) else parse_fault(written)


def is_moment(written: str) -> str:
    """Check that it is a time, ISO 8601."""
    try:
        year = datetime.fromisoformat(written).year
    except ValueError:
        year = 0
    if year not in _YEARS:
        raise ValueError(f"{written!r} is not a time: write it like 2026-12-24T23:00")
    return written


def is_event(written: str | dict[str, Any], info: ValidationInfo) -> str | dict[str, Any]:
    """Check that it is an event, or the name of one of tests/fixtures/events."""
    if isinstance(written, dict):
        return written
    if written.endswith(".json"):
        return read_event(_beside(info) / written)
    if written not in (known := event_names()):
        raise ValueError(f"there is no {written!r}{did_you_mean(written, known)}")
    return written


def is_body(written: object, info: ValidationInfo) -> dict[str, Any]:
    """Return the body of a webhook request, which may be in a file."""
    if isinstance(written, dict):
        return written
    if isinstance(written, str) and written.endswith(".json"):
        return read_object(_beside(info) / written, "a request body", "write a JSON object")
    raise ValueError("write keys and values, or the name of a .json file")


def is_message(written: object, info: ValidationInfo) -> str | dict[str, Any]:
    """Return the message of an SNS topic: text, or JSON, which may be in a file."""
    if isinstance(written, str) and not written.endswith(".json"):
        return written
    return is_body(written, info)


def is_roster(written: str | dict[str, Any], info: ValidationInfo) -> str | dict[str, Any]:
    """Return the roster or its text, which may be in a file."""
    if isinstance(written, str) and "\n" not in written and written.endswith(_ROSTER_FILES):
        return read_text(_beside(info) / written, ROSTER)
    return written


def _beside(info: ValidationInfo) -> Path:
    """Return the folder that file names are relative to: that of the scenario file."""
    folder: Path = (info.context or {}).get("folder", Path())
    return folder


def is_phone(written: Any) -> Any:  # noqa: ANN401 - whatever YAML gave
    """Check that it is a phone script; raise PhoneError if it is not."""
    phone_of(written)
    return written


def phone_of(script: Any) -> Phone:  # noqa: ANN401 - whatever YAML gave
    """Return the phone of a script, or of one script for each call; raise PhoneError."""
    scripts = script if isinstance(script, list) else [script]
    phones = [parse_phone(each) for each in scripts]
    if not phones:
        raise PhoneError("the list is empty: write one behavior for each call")
    return phones[0] if len(phones) == 1 else ScriptPerCall(tuple(phones))
