"""The plan of one page: everything its calls and its notification need, made beforehand.

So the functions that dial and watch neither read the roster nor choose words.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING

from oncall.call import Call
from oncall.language import DEFAULT
from oncall.message import compose
from oncall.notice import heading, opening, roster_used, subject
from oncall.phone import mask
from oncall.plan import plan_calls
from oncall.summary import calls_text

if TYPE_CHECKING:
    from datetime import datetime

    from oncall.incident import Incident
    from oncall.roster import Roster
    from oncall.roster_choice import Chosen

#: Where the console is, by partition, away from the commercial regions (unverified).
CONSOLES = {"aws-cn": "console.amazonaws.cn", "aws-us-gov": "console.amazonaws-us-gov.com"}


@dataclass(frozen=True)
class Notice:
    """The parts of the notification that are known before the first call.

    Attributes:
        subject: what it is about, in ASCII, short enough to follow an outcome.
        acknowledged: heading to put before a name.
        unanswered: heading that says nobody took it.
        incident: what happened, and where to look.
    """

    subject: str = ""
    acknowledged: str = ""
    unanswered: str = ""
    incident: str = ""


@dataclass(frozen=True)
class PagePlan:
    """The plan of one page.

    Attributes:
        calls: the calls to make, in order, without full numbers.
        numbers: the number of each, E.164; only place_call is given one.
        lines: what the notification says of each if its function dies.
        messages: contact attributes by language tag.
        language: of the notification.
        notice: the rest of the notification.
        roster: which one this was planned from: `source` and `version`.
    """

    calls: tuple[Call, ...] = ()
    numbers: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()
    messages: dict[str, dict[str, str]] = field(default_factory=dict)
    language: str = DEFAULT
    notice: Notice = field(default_factory=Notice)
    roster: dict[str, object] = field(default_factory=dict)

    def to_state(self) -> dict[str, object]:
        """Give the plan as the state machine carries it, with the count of its calls."""
        return {**asdict(self), "count": len(self.calls)}


@dataclass(frozen=True)
class Telephony:
    """What the deployment's settings say of calls.

    Attributes:
        talk_seconds: after this long connected without a key, a call is ended.
        message_attribute: contact attribute that the contact flow speaks.
        acknowledge: `key`, or `answer` with a flow that asks for no key.
    """

    talk_seconds: int
    message_attribute: str = "message"
    acknowledge: str = "key"


def plan_page(
    incident: Incident, roster: Roster, at: datetime, *, execution: str, telephony: Telephony
) -> PagePlan:
    """Plan a page.

    Args:
        incident: what people are called about; a drill makes the first call only.
        roster: whom to call.
        at: the moment whose on-call people they are; has a time zone.
        execution: ARN of the execution, for a link to it.
        telephony: what the settings say of calls.
    """
    planned = plan_calls(roster, at)[: 1 if incident.drill else None]
    calls = tuple(
        Call(
            attempt=one.attempt,
            round=one.round,
            contact=one.contact,
            phone=mask(one.phone),
            language=one.language,
            ring_seconds=one.ring_seconds,
            talk_seconds=telephony.talk_seconds,
            acknowledge=telephony.acknowledge,
            drill=incident.drill,
        )
        for one in planned
    )
    language = roster.language
    died = [replace(call, reason="function failed").to_state() for call in calls]
    what = opening(incident, language, roster.timezone)
    return PagePlan(
        calls=calls,
        numbers=tuple(one.phone for one in planned),
        lines=tuple(calls_text([call], language, first=n) for n, call in enumerate(died, start=1)),
        messages={
            spoken: attributes(incident, spoken, roster.timezone, telephony)
            for spoken in sorted({call.language for call in calls})
        },
        language=language,
        notice=Notice(
            subject=subject(incident),
            acknowledged=heading("acknowledged", language),
            unanswered=heading("unanswered", language),
            incident=f"{what}\n{console_link(execution)}",
        ),
    )


def planned_from(plan: PagePlan, chosen: Chosen) -> PagePlan:
    """Give the plan with the roster it was made from.

    The notification names one that is not the latest: it may have called the wrong people.
    """
    roster: dict[str, object] = {"source": chosen.source.value, "version": chosen.saved.version}
    if not chosen.why:
        return replace(plan, roster=roster)
    said = roster_used(
        chosen.source, chosen.saved.version, chosen.saved.kept, chosen.why, plan.language
    )
    notice = replace(plan.notice, incident=f"{said}\n\n{plan.notice.incident}")
    return replace(plan, roster=roster, notice=notice)


def attributes(
    incident: Incident, language: str, timezone: str, telephony: Telephony
) -> dict[str, str]:
    """Give the contact attributes of a call, the message under the name that the flow reads."""
    keys = telephony.acknowledge == "key"
    composed = compose(incident, language, timezone, keys=keys)
    return composed | {telephony.message_attribute: composed["message"]}


def console_link(execution: str) -> str:
    """Give the console's address of an execution, from its ARN."""
    _, partition, _, region, *_ = execution.split(":")
    host = CONSOLES.get(partition, f"{region}.console.aws.amazon.com")
    return f"https://{host}/states/home?region={region}#/v2/executions/details/{execution}"
