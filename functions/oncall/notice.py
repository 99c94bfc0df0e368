"""The plain text of the e-mails that SNS sends about incidents."""

from collections.abc import Sequence
from dataclasses import dataclass

from oncall.incident import Incident
from oncall.language import Language, nearest
from oncall.local_time import in_zone
from oncall.text import clean, shorten

#: Where the console is, by partition, away from the commercial regions (unverified).
CONSOLES = {"aws-cn": "console.amazonaws.cn", "aws-us-gov": "console.amazonaws-us-gov.com"}

_SUBJECT_LIMIT = 64
_TEST_SUBJECT = "TEST: "
# Characters. SNS and a state take 256 KB, and an e-mail should stay far below that, whatever
# strangers wrote and however much is open.
_DETAILS_OF_SEVERAL = 2_000
_SHORTEST_DETAILS = 80
_TITLE_OF_OTHERS = 60


@dataclass(frozen=True)
class Notice:
    """The parts of the notification that are known before the calls.

    Attributes:
        subject: what it is about, in ASCII, short enough to follow an outcome.
        acknowledged: heading to put before a name.
        unanswered: heading that says nobody took it.
        incident: what happened that the calls speak, and where to look.
        others: what else is open, with the blank line before it; "" where nothing is.
    """

    subject: str = ""
    acknowledged: str = ""
    unanswered: str = ""
    incident: str = ""
    others: str = ""


def opening(incidents: Sequence[Incident], language: str, timezone: str) -> str:
    """Return what is known of incidents, line by line.

    Args:
        incidents: all of them tests, or none; several are numbered as in a call, and details
            share a limit.
        language: A language tag.
        timezone: An IANA zone.
    """
    words = nearest(language)
    if len(incidents) == 1:
        told = "\n".join(_lines(incidents[0], words, timezone))
    else:
        limit = max(_DETAILS_OF_SEVERAL // len(incidents), _SHORTEST_DETAILS)
        told = "\n\n".join(
            f"{number}. " + "\n".join(_lines(one, words, timezone, limit))
            for number, one in enumerate(incidents, start=1)
        )
    test = incidents[0].test
    return f"{words.notice.labels['test']}\n{told}" if test else told


def others(incidents: Sequence[Incident], language: str) -> str:
    """Return what else is open, a line each, to follow other text; "" where nothing is."""
    if not incidents:
        return ""
    words = nearest(language)
    labels = words.notice.labels
    lines = [
        labels["other"].format(
            severity=_severity(one, words),
            title=shorten(_title(one, words), _TITLE_OF_OTHERS),
            incident=clean(one.id),
        )
        for one in incidents
    ]
    return "\n".join(["\n", labels["others"].format(count=len(lines)), *lines])


def heading(outcome: str, language: str, count: int = 1) -> str:
    """Return the first line of an e-mail.

    Args:
        outcome: `unanswered`, or `acknowledged`, which a name has to follow.
        language: A language tag.
        count: How many incidents it is about.
    """
    headings = nearest(language).notice.headings
    several = headings.get(f"{outcome}_several") if count > 1 else None
    return (several or headings[outcome]).format(count=count)


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


def subject(incidents: Sequence[Incident]) -> str:
    """Return what an e-mail's subject says of incidents: how many, and what the first one is.

    English and ASCII, for SNS takes nothing else, and short enough to follow the outcome: SNS
    wants fewer than 100 characters in all.
    """
    incident = incidents[0]
    title = incident.title.replace("…", "...").encode("ascii", "ignore").decode("ascii")
    if sum(map(str.isalnum, title)) < len(incident.title) / 2:  # a title in Chinese, say
        kind = incident.kind.replace("_", " ")
        title = f"{incident.severity} {kind} for team {incident.team}"
    test = _TEST_SUBJECT if incident.test else ""
    several = f"{len(incidents)} incidents: " if len(incidents) > 1 else ""
    line = clean(f"{test}{several}{title}", _SUBJECT_LIMIT - 2)
    return line.replace("…", "...")


def console_link(execution: str) -> str:
    """Give the console's address of an execution, from its ARN."""
    _, partition, _, region, *_ = execution.split(":")
    host = CONSOLES.get(partition, f"{region}.console.aws.amazon.com")
    return f"https://{host}/states/home?region={region}#/v2/executions/details/{execution}"


def _lines(
    incident: Incident, words: Language, timezone: str, limit: int | None = None
) -> list[str]:
    """Return what is known of one; of details not more than `limit` characters."""
    labels = words.notice.labels
    details = words.details(incident.kind, _facts(incident))
    lines = [
        _title(incident, words),
        details if limit is None else shorten(details, limit),
        _labelled(labels["account"], incident.account),
        _labelled(labels["region"], incident.region),
        _time(incident, words, timezone),
        _labelled(labels["severity"], _severity(incident, words)),
        _labelled(labels["incident"], incident.id),
    ]
    return [line for line in lines if line]


def _title(incident: Incident, words: Language) -> str:
    return words.title(incident.kind, _facts(incident))


def _facts(incident: Incident) -> dict[str, str]:
    return {**incident.facts, "account": incident.account, "region": incident.region}


def _severity(incident: Incident, words: Language) -> str:
    return words.word("severity", incident.severity) or incident.severity


def _time(incident: Incident, words: Language, timezone: str) -> str:
    local = in_zone(incident.time, timezone)
    if local is None:
        return ""
    return words.notice.labels["time"].format(value=local.written(words.clock), zone=local.zone)


def _labelled(label: str, value: str) -> str:
    cleaned = clean(value)
    return label.format(value=cleaned) if cleaned else ""
