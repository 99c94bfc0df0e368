"""Time zones by their IANA names, and which one was meant by a name that is none."""

import re
import zoneinfo

from oncall.roster.parsing.field_reader import nearest

# Files that live beside the zones in a time zone database and are no place's time.
_NO_ZONES = ("right/", "posix/", "posixrules", "localtime", "Factory")
_OFFSET = re.compile(r"(?:utc|gmt)? ?[+-][0-9]{1,2}(?::?[0-9]{2})?", re.IGNORECASE)
#: Places that people write, and that IANA has under the name of another city.
_ALSO = dict.fromkeys(("beijing", "peking", "china", "shenzhen"), "Asia/Shanghai")
_EXAMPLE = "as in Asia/Shanghai"


def is_zone(name: str) -> bool:
    """Whether a name is that of a time zone."""
    if name.startswith(_NO_ZONES):
        return False
    try:
        zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        # OSError: a folder of zones (`America`), or a name too long for a file.
        return False
    return True


def fix_for_zone(name: str) -> str:
    """What to write instead of a name that is no time zone's."""
    zones = sorted(zoneinfo.available_timezones())
    if _OFFSET.fullmatch(name):
        return f"write a place whose clocks are meant, {_EXAMPLE}"
    if any(zone.startswith(f"{name}/") for zone in zones):
        return f"write a city as well, {_EXAMPLE}"
    cities = {zone.rpartition("/")[2].casefold(): zone for zone in reversed(zones)} | _ALSO
    city = name.rpartition("/")[2].strip().casefold().replace(" ", "_")
    meant = cities.get(city) or nearest(name, zones) or cities.get(nearest(city, cities) or "")
    return f"did you mean `{meant}`?" if meant else f"write an IANA name, {_EXAMPLE}"
