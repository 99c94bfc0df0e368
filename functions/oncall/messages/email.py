"""The plain text of the emails that SNS sends about incidents."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from oncall.incident_record import CALLBACK, LINK, RESOLVED
from oncall.messages.local_time import in_zone
from oncall.messages.locale import nearest
from oncall.text import PROSE_LIMIT, clean, shorten

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from oncall.hold import HoldWait
    from oncall.incident import Incident
    from oncall.incident_record import Record
    from oncall.messages.locale import Language

#: Hosts of the AWS console in partitions other than `aws` (unverified).
CONSOLES = {"aws-cn": "console.amazonaws.cn", "aws-us-gov": "console.amazonaws-us-gov.com"}

_SUBJECT_LIMIT = 64
_FIRST_OTHER_SCRIPT = 0x0530  # Armenian: the first after Latin, Greek and Cyrillic in Unicode
_TEST_SUBJECT = "TEST: "
# Bytes, for emails about several incidents: SNS and a state accept 256 KB, and an email should be
# far smaller, however long the events and however many incidents are open.
_MAX_DETAILS_BYTES = 4_000
_MAX_TITLE_BYTES = 240
_MAX_LISTED_TITLE_BYTES = 120

NO_LINKS: Mapping[str, str] = {}
"""The links of a deployment without links to incidents."""


@dataclass(frozen=True)
class EmailParts:
    """The parts of the notification that are known before the calls.

    Attributes:
        subject: ASCII, short enough to follow an outcome.
        acknowledged: heading that precedes a name.
        unanswered: heading of an unanswered page.
        incident: details of the announced incidents.
        spoken: the announced incidents, one line each after a blank line; "" for only one without
            a link. The email about a failure of Callout needs it: it has the details of one
            incident only.
        others: other open incidents, one line each after a blank line; "" if none.
    """

    subject: str = ""
    acknowledged: str = ""
    unanswered: str = ""
    incident: str = ""
    spoken: str = ""
    others: str = ""


def incident_details(
    incidents: Sequence[Incident],
    language: str,
    timezone: str,
    links: Mapping[str, str] = NO_LINKS,
) -> str:
    """Return the details of incidents, line by line.

    Either all are tests, or none. Several are numbered as in the call, and their details share a
    limit. `links` are the addresses of their web pages, by ID.
    """
    words = nearest(language)
    limit = _MAX_DETAILS_BYTES // len(incidents) if len(incidents) > 1 else None
    texts = [
        "\n".join([*_lines(incident, words, timezone, limit), *_link(incident, words, links)])
        for incident in incidents
    ]
    if len(texts) > 1:
        texts = [f"{number}. {text}" for number, text in enumerate(texts, start=1)]
    text = "\n\n".join(texts)
    test = incidents[0].test
    return f"{words.email.labels['test']}\n{text}" if test else text


def incident_list(
    incidents: Sequence[Incident],
    language: str,
    label: str,
    links: Mapping[str, str] = NO_LINKS,
) -> str:
    """Return incidents, one line each and one for its link, to append; "" if there are none.

    `label` names the heading: `spoken` or `others`.
    """
    if not incidents:
        return ""
    words = nearest(language)
    labels = words.email.labels
    lines = [labels[label].format(count=len(incidents))]
    for incident in incidents:
        line = labels["other"].format(
            severity=_severity(incident, words),
            title=_within(incident_title(incident, words), _MAX_LISTED_TITLE_BYTES),
            incident=clean(incident.id),
        )
        lines += [line, *_link(incident, words, links)]
    return "\n".join(["\n", *lines])


def repeated_details(repeated: Sequence[tuple[Incident, int]], language: str) -> str:
    """Return incidents that happened again and their counts, to append; "" if there are none."""
    words = nearest(language)
    limit = _MAX_DETAILS_BYTES // max(len(repeated), 1)
    lines = [""]
    for incident, count in repeated:
        facts = _facts(incident)
        severity = _labelled(words.email.labels["severity"], _severity(incident, words))
        details = _within(words.details(incident.kind, facts), limit)
        title = _within(incident_title(incident, words), _MAX_TITLE_BYTES)
        label = words.email.labels["repeated"].format(count=count)
        lines += ["", *filter(None, (label, title, details, severity))]
    return "\n".join(lines) if repeated else ""


def email_heading(outcome: str, language: str, count: int = 1) -> str:
    """Return the first line of an email.

    `outcome` is `unanswered`, or `acknowledged`, which a name follows; `count` is how many
    incidents the email is about.
    """
    headings = nearest(language).email.headings
    several = headings.get(f"{outcome}_several") if count > 1 else None
    return (several or headings[outcome]).format(count=count)


def hold_email(
    incident: Incident,
    hold: HoldWait,
    language: str,
    timezone: str,
    links: Mapping[str, str] = NO_LINKS,
) -> tuple[str, str]:
    """Return subject and text of the email about a page that waits."""
    words = nearest(language)
    heading = words.email.headings[f"held_{hold.kind}"].format(
        until=written_time(hold.until, words, timezone),
        reason=clean(hold.reason, PROSE_LIMIT),
    )
    details = incident_details([incident], language, timezone, links)
    return subject([incident]), f"{heading}\n\n{details}"


def answer_email(
    record: Record, outcome: str, answer: tuple[str, str], locale: tuple[str, str]
) -> tuple[str, str]:
    """Return subject and text of the notification that a person has just answered.

    `answer` is who and how (`Record.closed_via`), `locale` the roster's language and time zone.
    """
    language, timezone = locale
    at = record.resolved if outcome == RESOLVED else record.closed_at
    name = answered_by(*answer, language)
    details = incident_details([record.incident], language, timezone)
    text = f"{answered(outcome, name, at, language, timezone)}\n\n{details}"
    return f"Callout: {outcome} - {subject([record.incident])}", text


def answered_by(name: str, via: str, language: str) -> str:
    """Return who answered, and how if it was not by phone or command (`Record.closed_via`)."""
    web = nearest(language).web
    if via.startswith(CALLBACK):
        return web["by_callback"].format(name=name, number=via.removeprefix(CALLBACK))
    return web["by_link"].format(name=name) if via == LINK else name


def answered(action: str, name: str, time: str, language: str, timezone: str) -> str:
    """Return who acknowledged or resolved an incident, and when, in a sentence."""
    words = nearest(language)
    return words.web[action].format(name=clean(name), time=written_time(time, words, timezone))


def written_time(time: str, words: Language, timezone: str) -> str:
    """Return an ISO 8601 time as written, with its zone; "" if it is not one."""
    local = in_zone(time, timezone)
    return f"{local.written(words.clock)} ({local.zone})" if local else ""


def roster_used(source: str, version: int, cached_at: str, reason: str, language: str) -> str:
    """Return a note about the roster that was used instead of the latest.

    `source` is `last-good` or `copy`; `reason` is in English, like all messages about rosters.
    """
    label = nearest(language).email.labels[f"roster_{source.replace('-', '_')}"]
    return label.format(version=version, cached_at=cached_at, reason=reason)


def subject(incidents: Sequence[Incident]) -> str:
    """Return the subject for incidents: how many, and the title of the first.

    In ASCII, because SNS requires that, and short enough to follow the outcome: SNS allows fewer
    than 100 characters in total. Letters and signs of European scripts are transliterated; a title
    in another script is replaced by the severity, kind and team.
    """
    incident = incidents[0]
    title = incident.title
    if not title.isascii():
        european = [  # Latin, Greek, Cyrillic, a digit or a sign
            ord(character) < _FIRST_OTHER_SCRIPT or unicodedata.category(character)[0] in "PSZ"
            for character in title
        ]
        readable = ""
        if sum(european) > len(title) / 2:
            from anyascii import anyascii  # noqa: PLC0415 - such titles are rare

            readable = anyascii(title).strip()
        kind = incident.kind.replace("_", " ")
        title = readable or f"{incident.severity} {kind} for team {incident.team}"
    test = _TEST_SUBJECT if incident.test else ""
    several = f"{len(incidents)} incidents: " if len(incidents) > 1 else ""
    line = clean(f"{test}{several}{title}", _SUBJECT_LIMIT - 2)
    return line.replace("…", "...")


def console_link(execution: str) -> str:
    """Return the console's address of an execution, from its ARN."""
    _, partition, _, region, *_ = execution.split(":")
    return execution_url(execution, partition, region)


def execution_url(execution: str, partition: str, region: str) -> str:
    """Return the console's address of an execution, given its ARN and where it is."""
    host = CONSOLES.get(partition, f"{region}.console.aws.amazon.com")
    return f"https://{host}/states/home?region={region}#/v2/executions/details/{execution}"


def _lines(
    incident: Incident, words: Language, timezone: str, limit: int | None = None
) -> list[str]:
    """Return the details of an incident; `limit` (bytes) applies if it is one of several."""
    labels = words.email.labels
    title = incident_title(incident, words)
    details = words.details(incident.kind, _facts(incident))
    lines = [
        _labelled(labels["reminder"], incident.previously_acknowledged_by),
        _labelled(labels["requested_team"], incident.requested_team),
        title if limit is None else _within(title, _MAX_TITLE_BYTES),
        details if limit is None else _within(details, limit),
        _labelled(labels["account"], incident.account),
        _labelled(labels["region"], incident.region),
        _time(incident, words, timezone),
        _labelled(labels["severity"], _severity(incident, words)),
        _labelled(labels["incident"], incident.id),
    ]
    return [line for line in lines if line]


def _link(incident: Incident, words: Language, links: Mapping[str, str]) -> list[str]:
    """Return the line with the link to an incident, if there is one."""
    link = links.get(incident.id)
    return [words.email.labels["link"].format(value=link)] if link else []


def _within(text: str, max_bytes: int) -> str:
    """Cut a text to about `max_bytes` of UTF-8."""
    length = len(text.encode(errors="replace")[:max_bytes].decode(errors="ignore"))
    return shorten(text, length)


def incident_title(incident: Incident, words: Language) -> str:
    """Return the title of an incident, in one line."""
    return words.title(incident.kind, _facts(incident))


def _facts(incident: Incident) -> dict[str, str]:
    return {
        **incident.facts,
        "summary": incident.title,
        "summary_details": incident.details,
        "account": incident.account,
        "region": incident.region,
    }


def _severity(incident: Incident, words: Language) -> str:
    return words.words["severity"][incident.severity]


def _time(incident: Incident, words: Language, timezone: str) -> str:
    local = in_zone(incident.time, timezone)
    if local is None:
        return ""
    return words.email.labels["time"].format(value=local.written(words.clock), zone=local.zone)


def _labelled(label: str, value: str) -> str:
    cleaned = clean(value)
    return label.format(value=cleaned) if cleaned else ""
