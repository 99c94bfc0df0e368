"""The plan of one page: whom to call, in which order.

It is made once, so the functions that place and poll calls do not read the roster. The
announcement is separate (oncall/calls/announcement.py), because it changes during a page.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, fields, replace
from typing import TYPE_CHECKING, Any

from oncall.calls.call import Call
from oncall.messages.locale import DEFAULT

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class PagePlan:
    """The plan of one page.

    Attributes:
        calls: the calls to make, in order, with masked numbers.
        numbers: the E.164 number of each call; only place_call receives one.
        failed_call_lines: line of the notification for each call if its function fails.
        language: language tag of the notification.
        timezone: IANA name of the time zone of spoken and written times.
        fallback_note: note at the top of the notification; "" if there is none.
        roster: `source` and `version` of the roster.
        started: when the page began, or the hold before it ended (ISO 8601); for metrics.
    """

    calls: tuple[Call, ...] = ()
    numbers: tuple[str, ...] = ()
    failed_call_lines: tuple[str, ...] = ()
    language: str = DEFAULT
    timezone: str = "UTC"
    fallback_note: str = ""
    roster: dict[str, object] = field(default_factory=dict)
    started: str = ""

    @classmethod
    def from_state(cls, state: Mapping[str, Any]) -> PagePlan:
        """Read the plan from the state; missing keys take their defaults, others are ignored."""
        known = {field.name for field in fields(cls)}
        lists = {
            key: tuple(state.get(key, ())) for key in ("calls", "numbers", "failed_call_lines")
        }
        texts = {key: value for key, value in state.items() if key in known - lists.keys()}
        plan = cls(**(texts | lists))
        return replace(plan, calls=tuple(Call.from_state(call) for call in lists["calls"]))

    def to_state(self) -> dict[str, object]:
        """Return the plan as a JSON object, with the count of its calls."""
        return {**asdict(self), "count": len(self.calls)}


@dataclass(frozen=True)
class Telephony:
    """The deployment's settings of calls.

    Attributes:
        max_call_seconds: a call is ended after this long connected without a key.
        message_attribute: contact attribute that the contact flow plays.
        acknowledge: `key`, or `answer` with a flow that asks for no key.
        account_names: names of AWS accounts by ID, to be spoken.
    """

    max_call_seconds: int
    message_attribute: str = "message"
    acknowledge: str = "key"
    account_names: Mapping[str, str] = field(default_factory=dict)
