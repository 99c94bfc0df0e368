"""Names the countries that would be called, which no API says whether Connect may."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

import phonenumbers

from callout.doctor.finding import Finding, look, unknown

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from oncall.roster.model import Roster

COUNTRIES = "countries"
#: What to ask for, as AWS Support calls it (Connect administrator guide, "Countries that
#: call centers can call by default").
CASE = 'a support case "Country Allowlisting for Outbound Calls"'
NOTES = {
    # Connect administrator guide, "Outbound calling restrictions".
    "CN": "AWS does not support short alerting calls (under 15 s) to mainland China, nor more"
    " than 5 calls a minute from one number",
}
#: Mobile prefixes that are closed where the country is open (same page as CASE).
PREFIXES = {
    "GB": (("+447",), "mobile numbers (+447) need a quota increase of their own"),
    "JP": (
        ("+8170", "+8180", "+8190"),
        "mobile numbers (+8170, +8180, +8190) need a quota increase of their own",
    ),
}


def country_of(number: str) -> str:
    """Give the ISO 3166 code of an E.164 number's country; "001" for numbers of none.

    A number that is in no plan counts for the first country that has its code.
    """
    try:
        parsed = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return "001"
    of_code = phonenumbers.region_code_for_country_code(parsed.country_code or 0)
    return phonenumbers.region_code_for_number(parsed) or of_code


def numbers_by_country(rosters: Mapping[str, Roster]) -> dict[str, set[str]]:
    """Sort the rosters' numbers by country."""
    found: dict[str, set[str]] = {}
    for roster in rosters.values():
        for contact in roster.contacts:
            for number in contact.phones:
                found.setdefault(country_of(number), set()).add(number)
    return found


def judge_countries(numbers: Mapping[str, Iterable[str]]) -> list[Finding]:
    """Say of each country what only a person can find out.

    Args:
        numbers: E.164 numbers by the ISO 3166 code of their country.
    """
    if not numbers:
        return [unknown(COUNTRIES, "no roster that can be used has a number")]
    return [_look(country, sorted(theirs)) for country, theirs in sorted(numbers.items())]


def _look(country: str, numbers: list[str]) -> Finding:
    code = f"+{phonenumbers.country_code_for_region(country)}" if country != "001" else "no country"
    many = f"{len(numbers)} {'number' if len(numbers) == 1 else 'numbers'}"
    message = (
        f"{name_of(country)} ({code}, {many}): Connect refuses a country until it is allowed,"
        " and no API says which are"
    )
    notes = [NOTES[country]] if country in NOTES else []
    prefixes, note = PREFIXES.get(country, ((), ""))
    if any(number.startswith(prefixes) for number in numbers):
        notes.append(note)
    return look(
        COUNTRIES,
        "; ".join([message, *notes]),
        f"call one of them (replay an event); where Connect refuses it, open {CASE}",
    )


@cache
def _names() -> dict[str, str]:
    table = files("tzdata.zoneinfo").joinpath("iso3166.tab").read_text(encoding="utf-8")
    rows = (line.split("\t", 1) for line in table.splitlines() if not line.startswith("#"))
    return {row[0]: row[1] for row in rows}


def name_of(country: str) -> str:
    """Give a country's name, as the time zone database's table of them has it."""
    return _names().get(country, "Numbers of no country" if country == "001" else country)
