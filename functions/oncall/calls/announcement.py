"""The announcement of a page: what a call says in each language, and what the email says.

Rebuilt when incidents change during a page; the planned calls stay (oncall/calls/plan.py).
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING

from oncall.messages.email import (
    EmailParts,
    console_link,
    email_heading,
    incident_details,
    incident_list,
    subject,
)
from oncall.messages.voice_message import compose, compose_grouped

if TYPE_CHECKING:
    from oncall.calls.grouping import CallGroup
    from oncall.calls.plan import PagePlan, Telephony


@dataclass(frozen=True)
class Announcement:
    """What a call and the notification say, and which incidents they cover.

    Attributes:
        messages: contact attributes by language tag.
        email: the notification, without the calls.
        announced_incident_ids: ids of the incidents that a call announces; key 1 acknowledges
            them.
        deferred_incident_ids: ids of the other open incidents.
    """

    messages: dict[str, dict[str, str]] = field(default_factory=dict)
    email: EmailParts = field(default_factory=EmailParts)
    announced_incident_ids: tuple[str, ...] = ()
    deferred_incident_ids: tuple[str, ...] = ()

    def to_state(self) -> dict[str, object]:
        """Return it as the state machine carries it."""
        return asdict(self)


def build_announcement(
    group: CallGroup, plan: PagePlan, *, execution: str, telephony: Telephony
) -> Announcement:
    """Build the announcement of open incidents in the languages of the planned calls.

    `execution` is the ARN, for the link to the console.
    """
    return Announcement(
        messages={
            language: attributes(group, language, plan.timezone, telephony)
            for language in sorted({call.language for call in plan.calls})
        },
        email=_email(group, plan, console_link(execution)),
        announced_incident_ids=tuple(incident.id for incident in group.announced),
        deferred_incident_ids=tuple(incident.id for incident in group.deferred),
    )


def attributes(
    group: CallGroup, language: str, timezone: str, telephony: Telephony
) -> dict[str, str]:
    """Return a call's contact attributes; `message` also under the name that the flow reads."""
    keys, more = telephony.acknowledge == "key", len(group.deferred)
    if len(group.announced) == 1:
        composed = compose(group.announced[0], language, timezone, keys=keys, more=more)
    else:
        composed = compose_grouped(group.announced, language, keys=keys, more=more)
    return composed | {telephony.message_attribute: composed["message"]}


def _email(group: CallGroup, plan: PagePlan, link: str) -> EmailParts:
    language, announced = plan.language, group.announced
    several = announced if len(announced) > 1 else ()
    details = incident_details(announced, language, plan.timezone)
    details += f"\n\n{link}" if several else f"\n{link}"
    return EmailParts(
        subject=subject(announced),
        acknowledged=email_heading("acknowledged", language),
        unanswered=email_heading("unanswered", language, len(announced)),
        incident=f"{plan.fallback_note}\n\n{details}" if plan.fallback_note else details,
        spoken=incident_list(several, language, "spoken"),
        others=incident_list(group.deferred, language, "others"),
    )
