"""Why CloudWatch changed the state of an alarm, as one sentence of a language.

Forms of the reasons: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/
cloudwatch-and-eventbridge.html and alarms-and-missing-data.html
"""

import re

from oncall.messages.locale import Language, fill
from oncall.messages.resource_names import resource_name
from oncall.messages.speakable import spoken_number

_CROSSED = re.compile(
    r"Thresholds? Crossed: (?P<count>\d+) (?:out of the last (?P<of>\d+) )?datapoints?"
    r"(?: \[(?P<values>[^\]]*)\])? (?:was|were) (?P<no>not )?"
    r"(?P<relation>(?:greater|less) than(?: or equal to)?)"
    r" the (?P<band>lower|upper)? ?thresholds? [(\[](?P<threshold>[^)\]]*)[)\]]"
    r"(?:.*?crossed the threshold: \[(?P<recent>[^\]]*)\])?"
)
_MISSING = re.compile(r"no datapoints were received.*? treated as \[(\w+)\]|^Insufficient Data: ")
_SERIES = re.compile(r"(?:(\d+) out of )?(\d+)\+? time series evaluated to (?:ALARM|OK)")
_TRANSITION = re.compile(r"(\S.*?) transitioned to (ALARM|OK|INSUFFICIENT_DATA)\b")
_KINDS = {"ALARM": "alarm", "OK": "alarm_ok", "INSUFFICIENT_DATA": "alarm_no_data"}
_DATA_POINTS = re.compile(r" ?\[[^\]]*\]| \(minimum .*")
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:E-?\d+)?")


def describe_reason(reason: str, language: Language) -> str:
    """Return a reason as plain text, without a full stop; "" if there is nothing to add.

    Reasons of an unknown form stay in English, without data points in brackets.
    """
    if reason.startswith("Unchecked: "):
        return ""
    if match := _CROSSED.search(reason):
        return _crossed(match, language)
    if match := _MISSING.search(reason):
        breaching = (match[1] or "").lower() == "breaching"
        return "".join(fill(language.reasons["missing_breach" if breaching else "missing"], {}))
    if match := _SERIES.search(reason):
        facts = {"count": match[1] or match[2], "of": match[2] if match[1] else ""}
        return "".join(fill(language.reasons["series"], facts))
    if match := _TRANSITION.search(reason):
        _, [name, *_] = resource_name(match[1])
        return language.title(_KINDS[match[2]], {"name": name})
    return _DATA_POINTS.sub("", reason).partition(". ")[0]


def _crossed(match: re.Match[str], language: Language) -> str:
    several = match["of"] and match["of"] != "1"
    values = _NUMBER.findall(match["recent"] or match["values"] or "")
    facts = {
        "relation": language.word("relation", _relation(match)) or "",
        "threshold": _spoken(match["threshold"], language),
        "count": match["count"] if several else "",
        "of": match["of"] if several else "",
        "value": _spoken(values[0], language) if values else "",
    }
    form = "crossed"
    if match["band"]:
        form = "inside" if match["no"] else "outside"
    return "".join(fill(language.reasons[form], facts))


def _relation(match: re.Match[str]) -> str:
    """Return `above`, `at_least`, `below` or `at_most`; `not greater than` is `at_most`."""
    greater = match["relation"].startswith("greater")
    equal = match["relation"].endswith("equal to")
    if match["no"]:
        greater, equal = not greater, not equal
    if greater:
        return "at_least" if equal else "above"
    return "at_most" if equal else "below"


def _spoken(number: str, language: Language) -> str:
    """Return a number as text; other text, such as an expression, unchanged."""
    if not _NUMBER.fullmatch(number):
        return number
    sign = f"{language.signs['minus']} " if number.startswith("-") else ""
    return sign + spoken_number(number.lstrip("-"), language)
