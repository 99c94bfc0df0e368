"""The announcement of a page: which open incidents a call groups, and what call and email say.

A call groups as many incidents as a person just woken can take in. The announcement is rebuilt when
incidents change during a page; the planned calls stay (oncall/calls/call.py).
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import cache
from typing import Any

from oncall.calls.call import PagePlan, Telephony
from oncall.incident import SEVERITIES, Incident
from oncall.messages.email import (
    NO_LINKS,
    EmailParts,
    console_link,
    email_heading,
    incident_details,
    incident_list,
    subject,
)
from oncall.messages.locale import DEFAULT, nearest
from oncall.messages.speakable import speech_seconds
from oncall.messages.voice_message import compose, compose_grouped, grouped_sentences, short_summary

#: Seconds that the summaries of a grouped call may take, without greeting and keys.
MAX_GROUP_SECONDS = 30


@dataclass(frozen=True)
class CallGroup:
    """The open incidents of a team, grouped for one call.

    Attributes:
        announced: the incidents that the call announces, in order; at least one.
        deferred: the other open incidents, in order.
    """

    announced: tuple[Incident, ...]
    deferred: tuple[Incident, ...] = ()


@dataclass(frozen=True)
class Announcement:
    """What a call and the notification say, and which incidents they cover.

    Attributes:
        messages: contact attributes by language tag.
        email: the notification, without the calls.
        texts: text messages by language tag, without the link; only for those who get one.
        announced_incident_ids: ids of the incidents that a call announces; key 1 acknowledges
            them.
        deferred_incident_ids: ids of the other open incidents.
        snapshots: severity and count of events of these incidents, by id, where known. Key 1 does
            not acknowledge an incident whose severity has risen since.
    """

    messages: dict[str, dict[str, str]] = field(default_factory=dict)
    email: EmailParts = field(default_factory=EmailParts)
    texts: dict[str, str] = field(default_factory=dict)
    announced_incident_ids: tuple[str, ...] = ()
    deferred_incident_ids: tuple[str, ...] = ()
    snapshots: Mapping[str, tuple[str, int]] = field(default_factory=dict)

    def to_state(self) -> dict[str, object]:
        """Return it as the state machine carries it."""
        return asdict(self)


def group_incidents(
    own: Incident,
    found: Sequence[Incident],
    languages: Collection[str],
    account_names: Mapping[str, str] | None = None,
) -> CallGroup:
    """Choose the incidents that a call announces.

    These are the first ones, as many as fit in `MAX_GROUP_SECONDS` in every language. The own
    incident is always announced, in its position, because no other execution calls about it: if
    necessary instead of the last that would fit, or alone, even if that takes longer. If it is
    missing in `found`, which is most severe and oldest first, it comes after those of its severity.
    Without any language tags, English decides.
    """
    position = _position(own, found)
    others = [incident for incident in found if incident.id != own.id]
    by_id = {incident.id: incident for incident in (own, *others)}
    spoken = [
        nearest(tag).with_account_names(account_names or {}) for tag in languages or [DEFAULT]
    ]

    @cache
    def summary(incident_id: str, language: int) -> str:
        return short_summary(by_id[incident_id], spoken[language])

    def first(count: int) -> tuple[Incident, ...]:
        return (*others[:count][:position], own, *others[:count][position:])

    def fits(count: int) -> bool:
        announced, more = first(count), len(others) - count
        for language, words in enumerate(spoken):
            summaries = [summary(incident.id, language) for incident in announced]
            sentences = grouped_sentences(summaries, announced[0].severity, more, words)
            if speech_seconds("".join(sentences)) > MAX_GROUP_SECONDS:
                return False
        return True

    count = 0
    while count < len(others) and fits(count + 1):
        count += 1
    return CallGroup(announced=first(count), deferred=tuple(others[count:]))


def build_announcement(
    group: CallGroup,
    plan: PagePlan,
    *,
    execution: str,
    telephony: Telephony,
    links: Mapping[str, str] = NO_LINKS,
) -> Announcement:
    """Build the announcement of open incidents in the languages of the planned calls.

    `execution` is the ARN, for the link to the console; `links` are those to the incidents' web
    pages, by ID.
    """
    texts = {}
    if telephony.texts:
        from oncall.messages.text_message import text_message  # noqa: PLC0415 - a setting

        texts = {
            language: text_message(group.announced, language, telephony.account_names)
            for language in sorted({call.language for call in plan.calls if call.text})
        }
    return Announcement(
        messages={
            language: attributes(group, language, plan.timezone, telephony)
            for language in sorted({call.language for call in plan.calls})
        },
        email=_email(group, plan, console_link(execution), links),
        texts=texts,
        announced_incident_ids=tuple(incident.id for incident in group.announced),
        deferred_incident_ids=tuple(incident.id for incident in group.deferred),
    )


def attributes(
    group: CallGroup, language: str, timezone: str, telephony: Telephony
) -> dict[str, str]:
    """Return a call's contact attributes; `message` also under the name that the flow reads."""
    options: Any = {
        "keys": telephony.acknowledge == "key",
        "more": len(group.deferred),
        "account_names": telephony.account_names,
    }
    if len(group.announced) == 1:
        composed = compose(group.announced[0], language, timezone, **options)
    else:
        composed = compose_grouped(group.announced, language, **options)
    return composed | {telephony.message_attribute: composed["message"]}


def _email(group: CallGroup, plan: PagePlan, console: str, links: Mapping[str, str]) -> EmailParts:
    language, announced = plan.language, group.announced
    several = len(announced) > 1
    details = incident_details(announced, language, plan.timezone, links)
    details += f"\n\n{console}" if several else f"\n{console}"
    return EmailParts(
        subject=subject(announced),
        acknowledged=email_heading("acknowledged", language),
        unanswered=email_heading("unanswered", language, len(announced)),
        incident=f"{plan.fallback_note}\n\n{details}" if plan.fallback_note else details,
        spoken=incident_list(announced if several or links else (), language, "spoken", links),
        others=incident_list(group.deferred, language, "others", links),
    )


def _position(own: Incident, found: Sequence[Incident]) -> int:
    """Return how many others come before the own incident."""
    for index, incident in enumerate(found):
        if incident.id == own.id:
            return index
    less_severe = SEVERITIES[SEVERITIES.index(own.severity) + 1 :]
    after = (index for index, other in enumerate(found) if other.severity in less_severe)
    return next(after, len(found))
