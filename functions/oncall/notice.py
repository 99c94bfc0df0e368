"""The plain text of the e-mails that SNS sends about an incident."""

from oncall.incident import Incident
from oncall.language import Language, nearest
from oncall.local_time import in_zone
from oncall.text import clean

_SUBJECT_LIMIT = 64
_TEST_SUBJECT = "TEST: "


def opening(incident: Incident, language: str, timezone: str) -> str:
    """Return what is known of the incident, line by line, in a language and an IANA zone."""
    words = nearest(language)
    labels = words.notice.labels
    facts = {**incident.facts, "account": incident.account, "region": incident.region}
    severity = words.word("severity", incident.severity) or incident.severity
    lines = [
        labels["test"] if incident.test else "",
        words.title(incident.kind, facts),
        words.details(incident.kind, facts),
        _labelled(labels["account"], incident.account),
        _labelled(labels["region"], incident.region),
        _time(incident, words, timezone),
        _labelled(labels["severity"], severity),
        _labelled(labels["incident"], incident.id),
    ]
    return "\n".join(line for line in lines if line)


def heading(outcome: str, language: str) -> str:
    """Return the first line of an e-mail.

    Args:
        outcome: `unanswered`, or `acknowledged`, which a name has to follow.
        language: A language tag.
    """
    return nearest(language).notice.headings[outcome]


def roster_used(source: str, version: int, kept: str, why: str, language: str) -> str:
    """Return which roster people were called by, where it is not the latest.

    Args:
        source: `last-good` or `copy`.
        version: of the roster's parameter.
        kept: when a copy was made, as it is to be written.
        why: what is wrong with the latest: English, as everything about rosters is.
        language: A language tag.
    """
    label = nearest(language).notice.labels[f"roster_{source.replace('-', '_')}"]
    return label.format(version=version, kept=kept, why=why)


def subject(incident: Incident) -> str:
    """Return what an e-mail's subject says of the incident.

    English and ASCII, for SNS takes nothing else, and short enough to follow the outcome: SNS
    wants fewer than 100 characters in all.
    """
    title = incident.title.replace("…", "...").encode("ascii", "ignore").decode("ascii")
    if sum(map(str.isalnum, title)) < len(incident.title) / 2:  # a title in Chinese, say
        kind = incident.kind.replace("_", " ")
        title = f"{incident.severity} {kind} for team {incident.team}"
    line = clean(f"{_TEST_SUBJECT if incident.test else ''}{title}", _SUBJECT_LIMIT - 2)
    return line.replace("…", "...")


def _time(incident: Incident, words: Language, timezone: str) -> str:
    local = in_zone(incident.time, timezone)
    if local is None:
        return ""
    return words.notice.labels["time"].format(value=local.written(words.clock), zone=local.zone)


def _labelled(label: str, value: str) -> str:
    cleaned = clean(value)
    return label.format(value=cleaned) if cleaned else ""
