"""What a call says: the contact attributes that the contact flow speaks from."""

from oncall.incident import Incident
from oncall.language import Language, fill, nearest
from oncall.local_time import in_zone
from oncall.speech import spoken
from oncall.text import escape_ssml

_WHAT_BYTES = 3_000  # an ordinary event's sentences take 300 to 800


def compose(
    incident: Incident, language: str, timezone: str, *, keys: bool = True
) -> dict[str, str]:
    """Return the contact attributes of a call about `incident`.

    Args:
        incident: What to tell.
        language: The callee's language tag, like `zh-CN`; an unknown one is spoken in one that
            is near, or in English.
        timezone: The callee's IANA zone; an unknown one is spoken, and named, as UTC.
        keys: Whether the contact flow takes keys, so that the message should say which.

    Returns:
        `message`, `prompt_confirmed`, `prompt_declined` and `prompt_wrong_key`, each one SSML
        document; `voice`, the Polly voice; `language`, its Polly language code. Together well
        below the 32,768 bytes that StartOutboundVoiceContact takes.
    """
    words = nearest(language)
    return {
        "message": _document(
            _sentences(incident, words, timezone, keys=keys), words.between_sentences
        ),
        "voice": words.voice,
        "language": words.code,
        "prompt_confirmed": _prompt(words, "prompt_confirmed"),
        "prompt_declined": _prompt(words, "prompt_declined"),
        "prompt_wrong_key": _prompt(words, "prompt_wrong_key", "keys"),
    }


def _prompt(words: Language, *names: str) -> str:
    """Return sentences that are the same in every call, as one SSML document."""
    sentences = [escape_ssml(words.call[name]) for name in names]
    return _document(sentences, words.between_sentences)


def _sentences(incident: Incident, words: Language, timezone: str, *, keys: bool) -> list[str]:
    """Return the sentences in the order of use to someone just woken, as SSML."""
    call = {name: escape_ssml(sentence) for name, sentence in words.call.items()}
    facts = _spoken_facts(incident, words)
    what = map(escape_ssml, words.phrase(incident.kind, "spoken"))
    return [
        *([call["test"]] if incident.test else []),
        call["greeting"],
        *_bounded(fill(what, facts)),
        *fill([call["when"]], _spoken_time(incident, words, timezone)),
        *fill([call["severity"]], facts),
        *([call["keys"]] if keys else []),
    ]


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
    """Return every fact as SSML; one that cannot be said, by what the language says instead."""
    facts = {
        **incident.facts,
        "account": incident.account,
        "region": incident.region,
        "severity": incident.severity,
    }
    said = {name: spoken(name, value, words) for name, value in facts.items()}
    stand_ins = {name: escape_ssml(stand_in) for name, stand_in in words.unknown.items()}
    return stand_ins | {name: ssml for name, ssml in said.items() if ssml}


def _spoken_time(incident: Incident, words: Language, timezone: str) -> dict[str, str]:
    local = in_zone(incident.time, timezone)
    if local is None:
        return {}
    return {
        "date_time": escape_ssml(local.spoken(words.clock)),
        "zone": escape_ssml(local.spoken_zone(words.clock)),
    }


def _document(sentences: list[str], between: str = "") -> str:
    return f"<speak>{between.join(f'<s>{sentence}</s>' for sentence in sentences)}</speak>"
