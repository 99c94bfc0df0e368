"""What is right about a roster and may still ring no phone: numbers that Connect refuses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from callout.doctor.check_countries import NOTES, PREFIXES, country_of, name_of
from oncall.roster.parsing.errors import Problem
from oncall.roster.parsing.phone_number_parser import normalise
from oncall.roster.parsing.yaml_nodes import Listing, Table, Text, read

if TYPE_CHECKING:
    from collections.abc import Iterator

    from oncall.roster.parsing.yaml_nodes import Node


def warnings(text: str) -> list[Problem]:
    """Warn of numbers that Connect is known not to call by default.

    It calls no country that it has not been allowed to (Connect administrator guide,
    "Countries that call centers can call by default"), which nobody can read here; these
    are the ones that stay closed even then. A warning a reason, at the first number.

    Args:
        text: a valid roster.
    """
    found: dict[str, list[tuple[Text, str]]] = {}
    for node, field in _phones(read(text)):
        for reason in _reasons(normalise(node.value)):
            found.setdefault(reason, []).append((node, field))
    return sorted(_warning(reason, places) for reason, places in found.items())


def _warning(reason: str, places: list[tuple[Text, str]]) -> Problem:
    node, field = places[0]
    more = len(places) - 1
    also = f" (and {more} more {'number' if more == 1 else 'numbers'})" if more else ""
    return Problem(node.line, node.column, field, f"warning: {reason}{also}")


def _reasons(number: str) -> Iterator[str]:
    country = country_of(number)
    prefixes, note = PREFIXES.get(country, ((), ""))
    if prefixes and number.startswith(prefixes):
        yield f"Connect may not call {name_of(country)} by default: {note}"
    if country in NOTES:
        yield f"{name_of(country)}: {NOTES[country]}"


def _phones(document: Node) -> Iterator[tuple[Text, str]]:
    contacts = _value(document, "contacts")
    for index, contact in enumerate(contacts.items if isinstance(contacts, Listing) else ()):
        field, phone = f"contacts[{index}].phone", _value(contact, "phone")
        if isinstance(phone, Text):
            yield phone, field
        elif isinstance(phone, Listing):
            for number, one in enumerate(phone.items):
                if isinstance(one, Text):
                    yield one, f"{field}[{number}]"


def _value(node: Node, name: str) -> Node | None:
    entries = node.entries if isinstance(node, Table) else ()
    return next((value for key, value in entries if key.value == name), None)
