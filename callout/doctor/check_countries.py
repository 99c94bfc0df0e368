"""List the countries that would be called: no API returns which ones Connect may call."""

from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files

import phonenumbers

from callout.doctor.check_result import CheckResult, unknown, warn
from callout.time_format import pluralize
from oncall.roster.model import Roster

COUNTRIES = "countries"
#: AWS Support's name for the request (Connect administrator guide, "Countries that call centers
#: can call by default").
CASE = 'a support case "Country Allowlisting for Outbound Calls"'
NOTES = {
    # Connect administrator guide, "Outbound calling restrictions".
    "CN": "AWS does not support short alerting calls (under 15 s) to mainland China, nor more"
    " than 5 calls a minute from one number",
}
#: Mobile prefixes that need a separate request even if the country is allowed (same page as CASE).
PREFIXES = {
    "GB": (("+447",), "mobile numbers (+447) need a separate quota increase"),
    "JP": (
        ("+8170", "+8180", "+8190"),
        "mobile numbers (+8170, +8180, +8190) need a separate quota increase",
    ),
}


def country_of(number: str) -> str:
    """Return the ISO 3166 code of an E.164 number's country; "001" if it has none.

    A number outside all numbering plans belongs to the first country with its code.
    """
    try:
        parsed = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return "001"
    of_code = phonenumbers.region_code_for_country_code(parsed.country_code or 0)
    return phonenumbers.region_code_for_number(parsed) or of_code


def numbers_by_country(rosters: Mapping[str, Roster]) -> dict[str, set[str]]:
    """Group the rosters' numbers by country."""
    grouped: dict[str, set[str]] = {}
    for roster in rosters.values():
        for contact in roster.contacts:
            for number in contact.phones:
                grouped.setdefault(country_of(number), set()).add(number)
    return grouped


def check_countries(numbers: Mapping[str, Iterable[str]]) -> list[CheckResult]:
    """Return what a person has to check for each country of the numbers (ISO 3166 code, E.164)."""
    if not numbers:
        return [unknown(COUNTRIES, "no valid roster has a number")]
    return [_check_country(country, sorted(group)) for country, group in sorted(numbers.items())]


def _check_country(country: str, numbers: list[str]) -> CheckResult:
    code = f"+{phonenumbers.country_code_for_region(country)}" if country != "001" else "no country"
    message = (
        f"{country_name(country)} ({code}, {pluralize(len(numbers), 'number')}): Connect rejects"
        " calls to countries that are not allowed, and no API lists them"
    )
    notes = [NOTES[country]] if country in NOTES else []
    prefixes, note = PREFIXES.get(country, ((), ""))
    if any(number.startswith(prefixes) for number in numbers):
        notes.append(note)
    return warn(
        COUNTRIES,
        "; ".join([message, *notes]),
        f"test it with callout call; if Connect rejects the call, open {CASE}",
    )


@cache
def _country_names() -> dict[str, str]:
    table = files("tzdata.zoneinfo").joinpath("iso3166.tab").read_text(encoding="utf-8")
    rows = (line.split("\t", 1) for line in table.splitlines() if not line.startswith("#"))
    return {row[0]: row[1] for row in rows}


def country_name(country: str) -> str:
    """Return a country's name, from the table of the time zone database."""
    default = "Numbers without a country" if country == "001" else country
    return _country_names().get(country, default)
