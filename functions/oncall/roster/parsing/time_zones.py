"""Recognize IANA time zone names, and suggest one for an unknown name."""

import re
import zoneinfo

from oncall.roster.parsing.field_reader import closest

# Files in a time zone database that are not the time of a place.
_NOT_ZONES = ("right/", "posix/", "posixrules", "localtime", "Factory")
_OFFSET = re.compile(r"(?:utc|gmt)? ?[+-][0-9]{1,2}(?::?[0-9]{2})?", re.IGNORECASE)
#: Common names of places that IANA lists under another city.
_ALIASES = dict.fromkeys(("beijing", "peking", "china", "shenzhen"), "Asia/Shanghai")
_EXAMPLE = "such as Asia/Shanghai"


def is_zone(name: str) -> bool:
    """Return whether a name is an IANA time zone."""
    if name.startswith(_NOT_ZONES):
        return False
    try:
        zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        # OSError: a folder of zones (`America`), or a name too long for a file.
        return False
    return True


def suggest_zone(name: str) -> str:
    """Return how to fix a name that is not a time zone."""
    zones = sorted(zoneinfo.available_timezones())
    if _OFFSET.fullmatch(name):
        return f"write a place instead of an offset, {_EXAMPLE}"
    if any(zone.startswith(f"{name}/") for zone in zones):
        return f"add a city, {_EXAMPLE}"
    cities = {zone.rpartition("/")[2].casefold(): zone for zone in reversed(zones)} | _ALIASES
    city = name.rpartition("/")[2].strip().casefold().replace(" ", "_")
    likely = cities.get(city) or closest(name, zones) or cities.get(closest(city, cities) or "")
    return f"did you mean `{likely}`?" if likely else f"write an IANA name, {_EXAMPLE}"
