"""What is told in a page as it stands: on the phone, in every language needed, and by e-mail.

Made anew when something happens while a page goes on; whom it calls stays (oncall/calls/plan.py).
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING

from oncall.messages.email import Notice, console_link, heading, listed, opening, subject
from oncall.messages.voice_message import compose, compose_several

if TYPE_CHECKING:
    from oncall.calls.grouping import Bundle
    from oncall.calls.plan import PagePlan, Telephony


@dataclass(frozen=True)
class Said:
    """What is told.

    Attributes:
        messages: contact attributes by language tag.
        notice: the notification, but for the calls.
        covers: ids of the incidents that a call speaks: who presses 1 has these.
        waiting: ids of the others that are open.
    """

    messages: dict[str, dict[str, str]] = field(default_factory=dict)
    notice: Notice = field(default_factory=Notice)
    covers: tuple[str, ...] = ()
    waiting: tuple[str, ...] = ()

    def to_state(self) -> dict[str, object]:
        """Give it as the state machine carries it."""
        return asdict(self)


def say(bundle: Bundle, plan: PagePlan, *, execution: str, telephony: Telephony) -> Said:
    """Put into words what is open.

    Args:
        bundle: what is spoken, and what is not.
        plan: who is called, and so in which languages; it may make no calls.
        execution: ARN of the execution, for a link to it.
        telephony: what the settings say of calls.
    """
    return Said(
        messages={
            language: attributes(bundle, language, plan.timezone, telephony)
            for language in sorted({call.language for call in plan.calls})
        },
        notice=_notice(bundle, plan, console_link(execution)),
        covers=tuple(incident.id for incident in bundle.spoken),
        waiting=tuple(incident.id for incident in bundle.waiting),
    )


def attributes(
    bundle: Bundle, language: str, timezone: str, telephony: Telephony
) -> dict[str, str]:
    """Give the contact attributes of a call, the message under the name that the flow reads."""
    keys, more = telephony.acknowledge == "key", len(bundle.waiting)
    if len(bundle.spoken) == 1:
        composed = compose(bundle.spoken[0], language, timezone, keys=keys, more=more)
    else:
        composed = compose_several(bundle.spoken, language, keys=keys, more=more)
    return composed | {telephony.message_attribute: composed["message"]}


def _notice(bundle: Bundle, plan: PagePlan, link: str) -> Notice:
    language, spoken = plan.language, bundle.spoken
    several = spoken if len(spoken) > 1 else ()
    told = opening(spoken, language, plan.timezone)
    told += f"\n\n{link}" if several else f"\n{link}"
    return Notice(
        subject=subject(spoken),
        acknowledged=heading("acknowledged", language),
        unanswered=heading("unanswered", language, len(spoken)),
        incident=f"{plan.preface}\n\n{told}" if plan.preface else told,
        spoken=listed(several, language, "spoken"),
        others=listed(bundle.waiting, language, "others"),
    )
