"""What is told in a page as it stands: on the phone, in every language needed, and by e-mail.

Made anew when something happens while a page goes on; whom it calls stays (oncall/calls/plan.py).
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
    """What is told.

    Attributes:
        messages: contact attributes by language tag.
        notice: the notification, but for the calls.
        covers: ids of the incidents that a call speaks: who presses 1 has these.
        waiting: ids of the others that are open.
    """

    messages: dict[str, dict[str, str]] = field(default_factory=dict)
    notice: EmailParts = field(default_factory=EmailParts)
    covers: tuple[str, ...] = ()
    waiting: tuple[str, ...] = ()

    def to_state(self) -> dict[str, object]:
        """Give it as the state machine carries it."""
        return asdict(self)


def build_announcement(
    group: CallGroup, plan: PagePlan, *, execution: str, telephony: Telephony
) -> Announcement:
    """Put into words what is open.

    Args:
        group: what is spoken, and what is not.
        plan: who is called, and so in which languages; it may make no calls.
        execution: ARN of the execution, for a link to it.
        telephony: what the settings say of calls.
    """
    return Announcement(
        messages={
            language: attributes(group, language, plan.timezone, telephony)
            for language in sorted({call.language for call in plan.calls})
        },
        notice=_notice(group, plan, console_link(execution)),
        covers=tuple(incident.id for incident in group.announced),
        waiting=tuple(incident.id for incident in group.deferred),
    )


def attributes(
    group: CallGroup, language: str, timezone: str, telephony: Telephony
) -> dict[str, str]:
    """Give the contact attributes of a call, the message under the name that the flow reads."""
    keys, more = telephony.acknowledge == "key", len(group.deferred)
    if len(group.announced) == 1:
        composed = compose(group.announced[0], language, timezone, keys=keys, more=more)
    else:
        composed = compose_grouped(group.announced, language, keys=keys, more=more)
    return composed | {telephony.message_attribute: composed["message"]}


def _notice(group: CallGroup, plan: PagePlan, link: str) -> EmailParts:
    language, spoken = plan.language, group.announced
    several = spoken if len(spoken) > 1 else ()
    told = incident_details(spoken, language, plan.timezone)
    told += f"\n\n{link}" if several else f"\n{link}"
    return EmailParts(
        subject=subject(spoken),
        acknowledged=email_heading("acknowledged", language),
        unanswered=email_heading("unanswered", language, len(spoken)),
        incident=f"{plan.preface}\n\n{told}" if plan.preface else told,
        spoken=incident_list(several, language, "spoken"),
        others=incident_list(group.deferred, language, "others"),
    )
