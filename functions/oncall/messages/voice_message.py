"""The contact attributes of a call, from which the contact flow speaks."""

import re
from collections.abc import Mapping, Sequence

from oncall.incident import DEFAULT_TEAM, Incident
from oncall.messages.alarm_reason import describe_reason
from oncall.messages.local_time import in_zone
from oncall.messages.locale import Language, fill, nearest
from oncall.messages.speakable import MAX_SECONDS as MAX_TEXT_SECONDS
from oncall.messages.speakable import speakable_name, speech_seconds, spoken
from oncall.text import escape_ssml

MAX_SECONDS = 25
"""Longest message, with the keys. What happened, where, and how bad it is takes about 20."""

_STEPS = (
    (12.0, True),
    (MAX_TEXT_SECONDS, True),
    (MAX_TEXT_SECONDS, False),
    (5.0, False),
    (3.5, False),
    (2.5, False),
)
"""Seconds that each text of an event may take, and whether the date is spoken: the first with which
the message fits."""
_TYPE_SECONDS = 3.1  # of an event: whole for most of AWS
_ADDRESS_PARTS = 4
_ALARMS = ("alarm", "alarm_ok", "alarm_no_data")
_NO_NAMES: Mapping[str, str] = {}


def compose(  # noqa: PLR0913 - keyword-only options
    incident: Incident,
    language: str,
    timezone: str,
    *,
    keys: bool = True,
    more: int = 0,
    account_names: Mapping[str, str] = _NO_NAMES,
) -> dict[str, str]:
    """Return the contact attributes of a call about `incident`.

    Args:
        incident: What to announce.
        language: A tag like `zh-CN`; an unknown one falls back to a related language, or English.
        timezone: An IANA zone; an unknown one is treated as UTC.
        keys: Whether the contact flow takes keys, which the message then lists.
        more: How many open incidents are deferred to another call.
        account_names: Names of AWS accounts by ID, to be spoken instead.

    Returns:
        `message`, `prompt_confirmed`, `prompt_declined` and `prompt_wrong_key`, each one SSML
        document; `voice`, the Polly voice; `language`, its Polly language code. Together well
        below the 32,768 bytes that StartOutboundVoiceContact takes.
    """
    words = nearest(language).with_account_names(account_names)
    end = [*_following(more, words), *(_call(words, "keys") if keys else [])]
    for seconds, dated in _STEPS:
        start, what = _start(incident, words), _what(incident, words, seconds)
        severity = _call(words, "severity", _severity(incident.severity, words))
        when = _when(incident, words, timezone, date=dated)
        sentences = [*start, *what, *severity, *when, *end]
        if _seconds(sentences) <= MAX_SECONDS:
            break
    else:
        room = MAX_SECONDS - _seconds([*start, "", *severity, *end, ""])
        kept = _most_important([*what, *when], room)
        what = [sentence for sentence in kept if sentence not in when]
        sentences = [*start, *what, *severity, *kept[len(what) :], *end]
    return _attributes(sentences, words) | {
        "prompt_confirmed": _document(_call(words, "prompt_confirmed"), words)
    }


def _start(incident: Incident, words: Language) -> list[str]:
    """Return the sentences before what happened."""
    return [
        *(_call(words, "test") if incident.test else []),
        *_call(words, "greeting"),
        *_call(words, "reminder", _name("name", incident.previously_acknowledged_by, words)),
        *_call(words, "requested_team", _name("team", incident.requested_team, words)),
    ]


def _what(incident: Incident, words: Language, seconds: float) -> list[str]:
    """Return what happened and where; each text of the event takes about `seconds` at most."""
    what = _filled(incident, words, "spoken", seconds)
    placeholders = [*map(escape_ssml, (words.call["other_script"], *words.other_script.values()))]
    if not any(placeholder in "".join(what) for placeholder in placeholders):
        return what
    # A sentence that is only the placeholder says no more than the note about the email.
    rest = [part for part in what[1:] if part.strip(" .。") != placeholders[0]]
    return [*what[:1], *rest, *_call(words, "see_email")]


def _most_important(what: list[str], seconds: float) -> list[str]:
    """Return what fits: the first sentence always, then addresses, then the shortest."""
    by_importance = sorted(
        range(1, len(what)),
        key=lambda index: (what[index].count("<say-as") < _ADDRESS_PARTS, _seconds([what[index]])),
    )
    kept = [0]
    for index in by_importance:
        if _seconds([what[other] for other in (*kept, index)]) <= seconds:
            kept.append(index)
    return [what[index] for index in sorted(kept)]


def _seconds(sentences: Sequence[str]) -> float:
    return speech_seconds(" ".join(sentences))


def compose_grouped(
    incidents: Sequence[Incident],
    language: str,
    *,
    keys: bool = True,
    more: int = 0,
    account_names: Mapping[str, str] = _NO_NAMES,
) -> dict[str, str]:
    """Return the contact attributes of a call about several incidents, in the order given.

    Each is announced briefly, without its time: the email has the rest. calls/announcement.py
    limits how many. The most severe is first; all of them are tests, or none.
    """
    words = nearest(language).with_account_names(account_names)
    briefs = [short_summary(incident, words) for incident in incidents]
    sentences = [
        *(_call(words, "test") if incidents[0].test else []),
        *_call(words, "greeting"),
        *grouped_sentences(briefs, incidents[0].severity, more, words),
        *(_call(words, "keys") if keys else []),
    ]
    confirmed = _call(words, "prompt_confirmed_several", {"count": str(len(incidents))})
    return _attributes(sentences, words) | {"prompt_confirmed": _document(confirmed, words)}


def prompt(language: str, phrase: str, facts: Mapping[str, str] | None = None) -> str:
    """Return a phrase that all kinds share as one SSML document."""
    words = nearest(language)
    return _document(_call(words, phrase, facts), words)


def short_summary(incident: Incident, words: Language) -> str:
    """Return a short summary of an incident as SSML, without a full stop."""
    filled = _filled(incident, words, "brief", MAX_TEXT_SECONDS)
    acknowledged_by = _name("name", incident.previously_acknowledged_by, words)
    return "".join([*filled, *_call(words, "reminder_brief", acknowledged_by)])


def grouped_sentences(
    briefs: Sequence[str], severity: str, more: int, words: Language
) -> list[str]:
    """Return the sentences of a grouped call.

    `briefs` are short summaries as SSML, `severity` is the highest, and `more` counts the other
    open incidents.
    """
    facts = {"count": str(len(briefs)), **_severity(severity, words)}
    sentences = _call(words, "several", facts)
    for number, summary in enumerate(briefs, start=1):
        sentences += _call(words, "each", {"number": str(number), "brief": summary})
    return sentences + _following(more, words)


def _attributes(sentences: list[str], words: Language) -> dict[str, str]:
    """Return the contact attributes that single and grouped calls share."""
    return {
        "message": _document(sentences, words),
        "voice": words.voice,
        "language": words.code,
        "prompt_declined": _document(_call(words, "prompt_declined"), words),
        "prompt_wrong_key": _document(
            [*_call(words, "prompt_wrong_key"), *_call(words, "keys")], words
        ),
    }


def _call(words: Language, name: str, facts: Mapping[str, str] | None = None) -> list[str]:
    """Return a sentence that all kinds share, as SSML; none if one of its facts is unknown."""
    return fill([escape_ssml(words.call[name])], facts or {})


def _name(placeholder: str, name: str, words: Language) -> dict[str, str]:
    """Return the name of a person or team for its placeholder; nothing if there is none."""
    return {placeholder: speakable_name(name, words)} if name else {}


def _following(more: int, words: Language) -> list[str]:
    return _call(words, "more", {"count": str(more)}) if more else []


def _severity(severity: str, words: Language) -> dict[str, str]:
    return {"severity": spoken("severity", severity, words, 1)}


def _filled(incident: Incident, words: Language, part: str, seconds: float) -> list[str]:
    """Return the phrases of a part as SSML, with placeholders for what cannot be spoken."""
    templates = [escape_ssml(template) for template in words.phrase(incident.kind, part)]
    facts = {
        **incident.facts,
        "summary": incident.title,
        "team": incident.team,
        "account": incident.account,
        "region": incident.region,
    }
    limits = {"type": max(seconds, _TYPE_SECONDS)}
    if incident.kind in _ALARMS:
        facts["reason"] = describe_reason(facts.get("reason", ""), words)
        limits["reason"] = MAX_TEXT_SECONDS  # short, and half a sentence would mislead
    used = "".join(templates)
    ssml = {name: escape_ssml(placeholder) for name, placeholder in words.unknown.items()}
    for name, value in facts.items():
        if f"{{{name}}}" in used:
            ssml[name] = spoken(name, value, words, limits.get(name, seconds)) or ssml.get(name, "")
    if incident.team == DEFAULT_TEAM and ssml.get("title") != escape_ssml(
        words.in_other_script("title")
    ):
        ssml["team"] = ""  # obvious
    return fill(templates, ssml)


def _when(incident: Incident, words: Language, timezone: str, *, date: bool) -> list[str]:
    local = in_zone(incident.time, timezone)
    if local is None:
        return []
    date_time, zone = local.spoken(words.clock, date=date), local.spoken_zone(words.clock)
    return _call(words, "when", {"date_time": escape_ssml(date_time), "zone": escape_ssml(zone)})


def _document(sentences: list[str], words: Language) -> str:
    ended = [re.sub("…[.。]$", "…", sentence) for sentence in sentences]
    marked = words.between_sentences.join(f"<s>{sentence}</s>" for sentence in ended)
    return f"<speak>{marked}</speak>"
