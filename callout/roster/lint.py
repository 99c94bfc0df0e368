"""Warnings about valid rosters: doubtful numbers, mutes, time zones, gaps, and late repeats."""

import re
from collections.abc import Iterator
from datetime import datetime
from itertools import pairwise

import phonenumbers
from phonenumbers import PhoneNumberType

from callout.doctor.check_countries import NOTES, PREFIXES, country_name, country_of
from callout.roster.mutes import EXPIRED, matches_everything, state_of
from callout.roster.overrides import past_warnings
from oncall.calls.call_evaluation import FINAL_POLL_DELAY_SECONDS, POLL_INTERVAL
from oncall.roster.defaults_and_limits import DEFAULT_TIMEZONE, RING_SECONDS
from oncall.roster.model import Problem, Roster
from oncall.roster.parsing.phone_number_parser import normalize
from oncall.roster.parsing.yaml_nodes import Listing, Node, Table, Text, parse_yaml
from oncall.roster.shifts import find_gaps
from oncall.roster.validation_report import GAP_SEARCH, describe_gaps

#: Kinds of numbers that are not a person's phone.
_NOT_A_PERSON = {
    PhoneNumberType.TOLL_FREE: "a toll-free number",
    PhoneNumberType.PREMIUM_RATE: "a premium-rate number, whose calls are expensive",
    PhoneNumberType.SHARED_COST: "a shared-cost number",
    PhoneNumberType.UAN: "a company's central number",
    PhoneNumberType.PAGER: "a pager",
    PhoneNumberType.VOICEMAIL: "a voicemail access number",
}


def find_warnings(text: str, roster: Roster, now: datetime, *, texts: bool = True) -> list[Problem]:
    """Return warnings about a valid roster: its text, and what was parsed.

    Connect calls no country that is not allowed (Connect administrator guide, "Countries that
    call centers can call by default"), which cannot be checked here; these numbers are not
    called even if their country is. One warning for each reason, at its first number. `texts`
    is whether the deployment sends text messages.
    """
    numbers: dict[str, list[tuple[Text, str]]] = {}
    document = parse_yaml(text)
    for node, field in _phones(document):
        for reason in _reasons(normalize(node.value)):
            numbers.setdefault(reason, []).append((node, field))
    warnings = [_warning(reason, places) for reason, places in numbers.items()]
    warnings += _mute_warnings(document, roster, now)
    warnings += _schedule_warnings(document, roster, now, texts=texts)
    return sorted(warnings)


def _schedule_warnings(
    document: Node, roster: Roster, now: datetime, *, texts: bool
) -> Iterator[Problem]:
    for key, messages in (
        ("escalation", gap_warnings(roster, now)),
        ("attempts", repeat_warnings(roster)),
        ("overrides", past_warnings(roster, now)),
        ("contacts", () if texts else text_warnings(roster)),
    ):
        node = _value(document, key) or document
        for message in messages:
            yield Problem(node.line, node.column, key, f"warning: {message}")
    zones = [("timezone", _value(document, "timezone"))]
    unset = []
    for key in ("rotations", "quiet_hours"):
        for index, item in enumerate(_items(_value(document, key))):
            zone = _value(item, "timezone")
            zones.append((f"{key}[{index}].timezone", zone))
            if key == "rotations" and zone is None and zones[0][1] is None:
                unset.append((f"{key}[{index}]", item))
    for field, zone in zones:
        if isinstance(zone, Text) and (message := zone_warning(zone.value.strip())):
            yield Problem(zone.line, zone.column, field, f"warning: {message}")
    for field, item in unset[:1]:
        message = (
            "neither the roster nor this rotation has a `timezone`, so its times are UTC: add"
            " `timezone`, such as `timezone: Europe/London`, to the roster"
        )
        yield Problem(item.line, item.column, field, f"warning: {message}")


def _mute_warnings(document: Node, roster: Roster, now: datetime) -> Iterator[Problem]:
    nodes = _items(_value(document, "mutes"))
    for index, (node, mute) in enumerate(zip(nodes, roster.mutes, strict=True)):
        message = ""
        if state_of(mute, roster, now) == EXPIRED:
            message = "it has expired; the next callout mute or unmute removes it"
        elif matches_everything(mute.match):
            message = f"{mute.match} matches every incident, critical ones too"
        if message:
            yield Problem(node.line, node.column, f"mutes[{index}]", f"warning: {message}")


def _warning(reason: str, places: list[tuple[Text, str]]) -> Problem:
    node, field = places[0]
    more = len(places) - 1
    others = f" (and {more} more {'number' if more == 1 else 'numbers'})" if more else ""
    return Problem(node.line, node.column, field, f"warning: {reason}{others}")


def _reasons(number: str) -> Iterator[str]:
    country = country_of(number)
    prefixes, note = PREFIXES.get(country, ((), ""))
    if prefixes and number.startswith(prefixes):
        yield f"Connect may not call {country_name(country)} by default: {note}"
    if country in NOTES:
        yield f"{country_name(country)}: {NOTES[country]}"
    parsed = phonenumbers.parse(number)
    kind = phonenumbers.number_type(parsed)
    if kind in _NOT_A_PERSON:
        yield f"{_NOT_A_PERSON[kind]}, which seldom reaches a person: check it"
    elif not phonenumbers.is_valid_number(parsed):
        yield (
            f"a number in a range of +{parsed.country_code} that is unknown or reserved (such as"
            " for examples in films and manuals): check its digits, and test it with callout call"
        )


def _phones(document: Node) -> Iterator[tuple[Text, str]]:
    for index, contact in enumerate(_items(_value(document, "contacts"))):
        field, phone = f"contacts[{index}].phone", _value(contact, "phone")
        if isinstance(phone, Text):
            yield phone, field
        for number, item in enumerate(_items(phone)):
            if isinstance(item, Text):
                yield item, f"{field}[{number}]"


def _items(node: Node | None) -> tuple[Node, ...]:
    return node.items if isinstance(node, Listing) else ()


def _value(node: Node, name: str) -> Node | None:
    entries = node.entries if isinstance(node, Table) else ()
    return next((value for key, value in entries if key.value == name), None)


#: Do Not Disturb lets a second call from the same number through within this time (Apple, iPhone
#: user guide, "Allow repeated calls"; Android, "Repeat callers" within 15 minutes).
REPEAT_SECONDS = 180
#: The default and maximum of the setting `max_call_seconds`: a voicemail may take the first call.
MAX_CALL_SECONDS = 120
# Two polls, and a few seconds to place the second call.
_BETWEEN_CALLS = POLL_INTERVAL + FINAL_POLL_DELAY_SECONDS + 4

_FIXED_ZONES = {"EST": "America/New_York", "MST": "America/Denver", "HST": "Pacific/Honolulu"}
_INVERTED = re.compile(r"Etc/GMT([+-])([1-9][0-9]?)")


def gap_warnings(roster: Roster, now: datetime) -> Iterator[str]:
    """Yield the first periods of the coming year in which nobody is on duty, in one line."""
    gaps = describe_gaps(find_gaps(roster, now, now + GAP_SEARCH), roster.timezone)
    if gaps:
        yield (
            f"nobody is on duty from {', '.join(gaps)}; a page then calls those whose turn it is,"
            " whatever their hours"
        )


def repeat_warnings(roster: Roster, max_call_seconds: int = MAX_CALL_SECONDS) -> Iterator[str]:
    """Yield why a second call may come too late for Do Not Disturb."""
    seconds = roster.ring_seconds + max_call_seconds + _BETWEEN_CALLS
    repeats = any(contact.attempts > 1 for contact in roster.contacts)
    if repeats and seconds > REPEAT_SECONDS:
        ring = max(RING_SECONDS.minimum, roster.ring_seconds - (seconds - REPEAT_SECONDS))
        yield (
            f"with `attempts`, the second call may start {seconds} s after the first, and Do Not"
            f" Disturb lets it through within {REPEAT_SECONDS} s: write `ring_seconds: {ring}`"
        )
    for entry, following in pairwise(roster.escalation):
        contact = next((c for c in roster.contacts if c.name == entry.name), None)
        if entry == following and contact and len(contact.phones) > 1 and contact.attempts == 1:
            yield (
                f"{entry.name} is repeated, but calls to all their phones come between two to the"
                " same one: write `attempts: 2` on the contact for Do Not Disturb"
            )


def text_warnings(roster: Roster) -> Iterator[str]:
    """Yield a warning that names contacts with `text: true`, for a deployment without texts."""
    names = ", ".join(contact.name for contact in roster.contacts if contact.text)
    if names:
        yield (
            f"no text messages for {names}: set notifications.texts in cdk.json, then cdk deploy"
            " Callout"
        )


def zone_warning(name: str) -> str:
    """Return what is doubtful about a time zone; "" if nothing is."""
    if name in _FIXED_ZONES:
        return f"{name} has no daylight saving time: write a place, such as {_FIXED_ZONES[name]}"
    if match := _INVERTED.fullmatch(name):
        sign = "-" if match[1] == "+" else "+"
        return (
            f"{name} is {DEFAULT_TIMEZONE}{sign}{match[2]} (its sign is inverted), without daylight"
            " saving time: write a place, such as America/New_York"
        )
    return ""
