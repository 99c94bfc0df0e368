"""The contact attributes of a call, from which the contact flow speaks."""

from collections.abc import Mapping, Sequence

from oncall.incident import Incident
from oncall.messages.local_time import in_zone
from oncall.messages.locale import Language, fill, nearest
from oncall.messages.ssml import spoken
from oncall.text import escape_ssml

_WHAT_BYTES = 3_000  # an ordinary event's sentences take 300 to 800


def compose(
    incident: Incident, language: str, timezone: str, *, keys: bool = True, more: int = 0
) -> dict[str, str]:
    """Return the contact attributes of a call about `incident`.

    Args:
        incident: What to announce.
        language: A tag like `zh-CN`; an unknown one falls back to a related language, or English.
        timezone: An IANA zone; an unknown one is treated as UTC.
        keys: Whether the contact flow takes keys, which the message then lists.
        more: How many open incidents are deferred to another call.

    Returns:
        `message`, `prompt_confirmed`, `prompt_declined` and `prompt_wrong_key`, each one SSML
        document; `voice`, the Polly voice; `language`, its Polly language code. Together well
        below the 32,768 bytes that StartOutboundVoiceContact takes.
    """
    words = nearest(language)
    facts = _spoken_facts(incident, words)
    what = map(escape_ssml, words.phrase(incident.kind, "spoken"))
    sentences = [
        *_call(words, "reminder", _acknowledger(incident, words)),
        *_bounded(fill(what, facts)),
        *_call(words, "when", _spoken_time(incident, words, timezone)),
        *_call(words, "severity", facts),
        *_following(more, words),
    ]
    return _attributes(sentences, words, test=incident.test, keys=keys) | {
        "prompt_confirmed": _document(_call(words, "prompt_confirmed"), words)
    }


def compose_grouped(
    incidents: Sequence[Incident], language: str, *, keys: bool = True, more: int = 0
) -> dict[str, str]:
    """Return the contact attributes of a call about several incidents, in the order given.

    Each is announced briefly, without its time: the email has the rest. calls/announcement.py
    limits how many. The most severe is first; all of them are tests, or none.
    """
    words = nearest(language)
    briefs = [short_summary(incident, words) for incident in incidents]
    sentences = grouped_sentences(briefs, incidents[0].severity, more, words)
    confirmed = _call(words, "prompt_confirmed_several", {"count": str(len(incidents))})
    return _attributes(sentences, words, test=incidents[0].test, keys=keys) | {
        "prompt_confirmed": _document(confirmed, words)
    }


def short_summary(incident: Incident, words: Language) -> str:
    """Return a short summary of an incident as SSML, without a full stop."""
    parts = map(escape_ssml, words.phrase(incident.kind, "brief"))
    filled = fill(parts, _spoken_facts(incident, words))
    return "".join([*filled, *_call(words, "reminder_brief", _acknowledger(incident, words))])


def grouped_sentences(
    briefs: Sequence[str], severity: str, more: int, words: Language
) -> list[str]:
    """Return the sentences of a grouped call.

    `briefs` are short summaries as SSML, `severity` is the highest, and `more` counts the other
    open incidents.
    """
    facts = {"count": str(len(briefs)), "severity": spoken("severity", severity, words)}
    sentences = _call(words, "several", facts)
    for number, summary in enumerate(briefs, start=1):
        sentences += _call(words, "each", {"number": str(number), "brief": summary})
    return sentences + _following(more, words)


def _attributes(sentences: list[str], words: Language, *, test: bool, keys: bool) -> dict[str, str]:
    """Return the contact attributes that single and grouped calls share."""
    message = [  # in the order of use to someone just woken
        *(_call(words, "test") if test else []),
        *_call(words, "greeting"),
        *sentences,
        *(_call(words, "keys") if keys else []),
    ]
    return {
        "message": _document(message, words),
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


def _acknowledger(incident: Incident, words: Language) -> dict[str, str]:
    """Return who had acknowledged it, if this is a reminder."""
    name = incident.previously_acknowledged_by
    return {"name": spoken("previously_acknowledged_by", name, words)} if name else {}


def _following(more: int, words: Language) -> list[str]:
    return _call(words, "more", {"count": str(more)}) if more else []


def _bounded(sentences: list[str]) -> list[str]:
    """Return the first sentences that fit; the very first always, each being bounded itself."""
    kept, size = sentences[:1], len("".join(sentences[:1]).encode())
    for sentence in sentences[1:]:
        size += len(sentence.encode())
        if size > _WHAT_BYTES:
            break
        kept.append(sentence)
    return kept


def _spoken_facts(incident: Incident, words: Language) -> dict[str, str]:
    """Return every fact as SSML; the placeholder if it cannot be spoken."""
    facts = {
        **incident.facts,
        "account": incident.account,
        "region": incident.region,
        "severity": incident.severity,
    }
    ssml_by_fact = {name: spoken(name, value, words) for name, value in facts.items()}
    stand_ins = {name: escape_ssml(stand_in) for name, stand_in in words.unknown.items()}
    return stand_ins | {name: ssml for name, ssml in ssml_by_fact.items() if ssml}


def _spoken_time(incident: Incident, words: Language, timezone: str) -> dict[str, str]:
    local = in_zone(incident.time, timezone)
    if local is None:
        return {}
    return {
        "date_time": escape_ssml(local.spoken(words.clock)),
        "zone": escape_ssml(local.spoken_zone(words.clock)),
    }


def _document(sentences: list[str], words: Language) -> str:
    marked = words.between_sentences.join(f"<s>{sentence}</s>" for sentence in sentences)
    return f"<speak>{marked}</speak>"
