"""What happened in a story, in order, as a person tells it."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from callout.commands.call import TOLD
from local.connect.timeline import What
from local.scenarios.console_timeline import plain
from local.scenarios.expectation import differences
from oncall.calls.call import FAILED

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from callout.simulate.engines import Told
    from local.connect.timeline import TimelineEntry
    from local.scenarios.emulator_runner import Ending

#: What is said of a phone.
PHONES = {
    What.RINGING: "rings",
    What.CONNECTED: "is answered",
    What.PRESSED: "presses {text}",
    What.HUNG_UP: "call over ({text})",
    What.STOPPED: "call ended by Callout",
}
#: Seconds: the resolution of a history.
_MILLISECOND = 0.001
_LAST = math.inf


@dataclass(frozen=True)
class Happening:
    """One thing that happened.

    Attributes:
        at: story seconds since the event.
        who: the contact, or what did it: `event`, `call 2/8`, `SNS`.
        what: in words.
    """

    at: float
    who: str
    what: str


@dataclass(frozen=True)
class Tale:
    """What happened in a story, and what came of it.

    Attributes:
        happenings: in order.
        ending: what came of it.
        differences: where that is not what the story expects.
    """

    happenings: tuple[Happening, ...]
    ending: Ending
    differences: tuple[str, ...]

    @property
    def summary(self) -> str:
        """The end in a line."""
        outcome = self.ending.output.get("outcome") or f"the execution {self.ending.status}"
        by = self.ending.output.get("acknowledged_by")
        calls = len(self.ending.spoken)
        told = f"{outcome} by {by}" if by else str(outcome)
        return f"{told} after {calls or 'no'} call{'' if calls == 1 else 's'}"

    def to_json(self) -> dict[str, Any]:
        """Give it for a program to read."""
        output = self.ending.output
        return {
            "outcome": output.get("outcome"),
            "acknowledged_by": output.get("acknowledged_by"),
            "status": self.ending.status,
            "error": self.ending.error,
            "calls": self.ending.calls,
            "notifications": [asdict(one) for one in self.ending.notifications],
            "happenings": [asdict(one) for one in self.happenings],
            "differences": list(self.differences),
        }


@dataclass(frozen=True)
class _Attempt:
    """A call that the state machine makes: when, in which place from 1, and to which number."""

    at: float
    place: int
    number: str


def tale_of(told: Told) -> Tale:
    """Put in order what a story's phones and states were seen to do."""
    if told.ending is None:
        raise ValueError("the story has not ended")
    attempts = [
        _Attempt(at, place, given["plan"]["numbers"][given["progress"]["next"]])
        for place, (at, given) in enumerate(_entered(told, "PlaceCall"), start=1)
    ]
    placed = [*_of_states(told), *_of_phones(told, attempts)]
    ordered = sorted(placed, key=lambda one: (round(one[1].at, 3), one[0]))
    return Tale(
        tuple(happening for _, happening in ordered),
        told.ending,
        tuple(differences(told.ending, told.story)),
    )


def _entered(told: Told, name: str) -> Iterator[tuple[float, dict[str, Any]]]:
    for at, state, given in told.states:
        if state == name:
            yield at, given


def _of_states(told: Told) -> Iterator[tuple[float, Happening]]:
    """Give what states say, each with its place among what happens at the same moment."""
    attempt = 0
    for entered, (at, name, given) in enumerate(told.states, start=1):
        match name:
            case "OpenIncident":
                what = f"{given.get('detail-type', '?')} from {given.get('source', '?')}"
                yield 0, Happening(at, "event", what)
            case "PlanCalls":
                incident = given["incident"]
                whose = f"{incident['severity']}, team {incident['team']}"
                yield 0.25, Happening(at, "page", f"{incident['title']} ({whose})")
            case "GatherIncidents":
                more = "more has happened: the next call says it too"
                yield attempt + 0.75, Happening(at, "page", more)
            case "PlaceCall":
                attempt += 1
                yield attempt, _call(at, given)
            case "NotifyAcknowledged" | "NotifyUnanswered" | "NotifyFailure":
                yield _LAST, Happening(at, "SNS", "is told")
        place = _LAST if name.startswith("Notify") else attempt + 0.75
        for failure in told.failures:
            if failure.entered == entered:
                yield place, Happening(failure.at, name, f"fails ({failure.error})")


def _call(at: float, given: dict[str, Any]) -> Happening:
    plan, progress = given["plan"], given["progress"]
    call = plan["calls"][progress["next"]]
    why = "the first of the list"
    if progress["next"]:
        # After a function that failed for good there is only the record of the call.
        before = progress.get("call") or progress["calls"][-1]
        failed = before["outcome"] == FAILED
        reason = (before.get("reason") or progress.get("reason")) if failed else ""
        said = TOLD.get(before["outcome"], f"was not called ({before['outcome']})")
        why = f"{before['contact']} {said}" + (f" ({reason})" if reason else "")
    what = f"{call['contact']} {call['phone']}, round {call['round']}: {why}"
    return Happening(at, f"call {call['attempt']}/{plan['count']}", what)


def _of_phones(told: Told, attempts: Sequence[_Attempt]) -> Iterator[tuple[float, Happening]]:
    names = told.story.names_by_number()
    places: dict[str, float] = {}
    heard: set[tuple[str, str]] = set()
    for entry in told.phones:
        place = places.setdefault(entry.contact_id, _place(entry, attempts))
        what = PHONES.get(entry.what, "").format(text=plain(entry.text))
        if entry.what is What.SPOKE:
            again = (entry.contact_id, entry.text) in heard
            heard.add((entry.contact_id, entry.text))
            what = "hears it again" if again else f"hears: {plain(entry.text)}"
        if what:
            yield place + 0.5, Happening(entry.at, names.get(entry.number, "somebody"), what)


def _place(entry: TimelineEntry, attempts: Iterable[_Attempt]) -> float:
    """Say which attempt a call is of: the last to its number that had begun."""
    begun = (
        one.place
        for one in attempts
        if one.number == entry.number and one.at <= entry.at + _MILLISECOND
    )
    return max(begun, default=0)
