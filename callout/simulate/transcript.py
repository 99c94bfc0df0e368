"""The chronological transcript of a scenario."""

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from callout.commands.call import OUTCOME_TEXT
from local.connect.timeline import EntryType, TimelineEntry
from local.scenarios.alerts import SNS_TRIGGER
from local.scenarios.console_timeline import plain
from local.scenarios.result import Execution, ScenarioResult, differences
from local.scenarios.scenario import Scenario
from local.scenarios.sent_event import describe_input, elsewhere
from oncall.calls.call import FAILED
from oncall.events.trigger_metadata import unwrap

#: Descriptions of what happens on a phone.
PHONES = {
    EntryType.CALLED: "calls back",
    EntryType.RINGING: "rings",
    EntryType.CONNECTED: "answers",
    EntryType.PRESSED: "presses {text}",
    EntryType.HUNG_UP: "call ended ({text})",
    EntryType.STOPPED: "call ended by Callout",
}
#: Seconds; the resolution of an execution history.
_MILLISECOND = 0.001
_LAST = math.inf


@dataclass(frozen=True)
class TranscriptLine:
    """One line of the transcript."""

    at: float  # scenario seconds since the event
    who: str  # the contact, or the part of Callout: `event`, `call 2/8`, `SNS`
    what: str


@dataclass(frozen=True)
class Further:
    """Another execution than that of the page."""

    at: float  # scenario seconds at which it began
    what: str  # its event: `repeat`, `alarm OK` …
    title: str
    outcome: str


@dataclass(frozen=True)
class Transcript:
    """What happened in a scenario, and its result."""

    lines: tuple[TranscriptLine, ...]  # in chronological order
    result: ScenarioResult
    further: tuple[Further, ...] = ()  # the other executions
    checked: bool = True  # whether the scenario has an expectation
    differences: tuple[str, ...] = ()  # between the result and the expectation
    texts: tuple[dict[str, str], ...] = ()  # `contact` and `message`

    @property
    def summary(self) -> str:
        """The result in one line."""
        output = self.result.output
        outcome = output.get("outcome") or f"the execution {self.result.status}"
        by = output.get("acknowledged_by")
        calls = len(self.result.calls)
        ended = f"{outcome} by {by}" if by else str(outcome)
        return f"{ended} after {calls or 'no'} call{'' if calls == 1 else 's'}"

    def to_json(self) -> dict[str, Any]:
        """Return it as `--json` prints it."""
        result = self.result
        return {
            "outcome": result.output.get("outcome"),
            "acknowledged_by": result.output.get("acknowledged_by"),
            "status": result.status,
            "error": result.page.error,
            "calls": result.call_outcomes,
            "notifications": [asdict(notification) for notification in result.notifications],
            "texts": list(self.texts),
            "timeline": [asdict(line) for line in self.lines],
            "further": [asdict(further) for further in self.further],
            "checked": self.checked,
            "differences": list(self.differences),
        }


@dataclass(frozen=True)
class _Attempt:
    """A call that the state machine places: when, its position, and the number."""

    at: float
    position: float
    number: str


#: Positions of lines at the same time: the lines of each execution follow those of the one before.
_PER_EXECUTION = 1000


def build_transcript(result: ScenarioResult, scenario: Scenario) -> Transcript:
    """Merge the events of states and phones in chronological order."""
    checked = "expect" in scenario.model_fields_set
    names = scenario.names_by_number()
    rules = {sent.event["id"]: sent.rules for sent in result.events}
    further: list[Further] = []
    positioned: list[tuple[float, TranscriptLine]] = []
    attempts: list[_Attempt] = []
    given: list[object] = []
    for number, execution in enumerate(result.ordered):
        label, title = describe_input(execution.given, given)
        given.append(execution.given)
        if number:
            further.append(Further(execution.began, label, title, execution.outcome))
        event: Any = unwrap(execution.given)[0]
        matched = ", ".join(rules.get(event.get("id"), ()))
        what = f"{event.get('detail-type', '?')} from {event.get('source', '?')}"
        by = ", SNS topic" if matched == SNS_TRIGGER else f", rule {matched}" if matched else ""
        what = f"{label}: {title}" if number else what + by
        what += elsewhere(execution.given, execution.arn)
        first = number * _PER_EXECUTION
        positioned.append((first, TranscriptLine(execution.began, "event", what)))
        positioned += [(first + position, line) for position, line in _state_lines(execution)]
        calls = (entered for entered in execution.states if entered.name == "PlaceCall")
        attempts += [
            _Attempt(at, first + position, given["plan"]["numbers"][given["progress"]["next"]])
            for position, (at, _, given) in enumerate(calls, start=1)
        ]
    positioned += [
        (0, TranscriptLine(sent.at, "event", f"no rule matches: {sent.title}"))
        for sent in result.events
        if not sent.rules
    ]
    positioned += _phone_lines(result, scenario, attempts)
    ordered = sorted(positioned, key=lambda line: (round(line[1].at, 3), line[0]))
    return Transcript(
        lines=tuple(line for _, line in ordered),
        result=result,
        further=tuple(further),
        checked=checked,
        differences=tuple(differences(result, scenario)) if checked else (),
        texts=tuple(
            {"contact": names[text.number], "message": text.message} for text in result.texts
        ),
    )


def _state_lines(page: Execution) -> Iterator[tuple[float, TranscriptLine]]:
    """Yield the lines about states, each with its position among those at the same time."""
    attempt = 0
    failures = _failures(page)
    for entered, (at, name, given) in enumerate(page.states, start=1):
        match name:
            case "NotifyHeld":
                hold = given["hold"]
                until = f" until {hold['until']}" if hold["until"] else ""
                what = f"waits{until}: {hold['kind'].replace('_', ' ')}; SNS is notified"
                yield 0.1, TranscriptLine(at, "page", what)
            case "PlanCalls":
                incident = given["incident"]
                details = f"{incident['severity']}, team {incident['team']}"
                yield 0.25, TranscriptLine(at, "page", f"{incident['title']} ({details})")
            case "CollectOpenIncidents":
                what = "new incidents: the next call also announces them"
                yield attempt + 0.75, TranscriptLine(at, "page", what)
            case "PlaceCall":
                attempt += 1
                yield attempt, _call(at, given)
            case "NotifyAcknowledged" | "NotifyUnanswered" | "NotifyFailure":
                yield _LAST, TranscriptLine(at, "SNS", "is notified")
        position = _LAST if name.startswith("Notify") else attempt + 0.75
        for failed_at, error in failures[entered]:
            yield position, TranscriptLine(failed_at, name, f"fails ({error})")


def _failures(page: Execution) -> dict[int, list[tuple[float, str]]]:
    """Return time and error of each failed task, by the number of states entered before."""
    failures: dict[int, list[tuple[float, str]]] = defaultdict(list)
    entered = 0
    for event in page.history:
        entered += "stateEnteredEventDetails" in event
        for kind in ("taskFailedEventDetails", "taskTimedOutEventDetails"):
            if details := event.get(kind):
                failures[entered].append((page.second_of(event), details["error"]))
    return failures


def _call(at: float, given: dict[str, Any]) -> TranscriptLine:
    plan, progress = given["plan"], given["progress"]
    call = plan["calls"][progress["next"]]
    why = "first in the plan"
    if progress["next"]:
        # After a function that failed, only the record of the call is left.
        before = progress.get("call") or progress["calls"][-1]
        failed = before["outcome"] == FAILED
        reason = (before.get("reason") or progress.get("reason")) if failed else ""
        text = OUTCOME_TEXT.get(before["outcome"], f"was not called ({before['outcome']})")
        why = f"{before['contact']} {text}" + (f" ({reason})" if reason else "")
    what = f"{call['contact']} {call['phone']}, round {call['round']}: {why}"
    return TranscriptLine(at, f"call {call['attempt']}/{plan['count']}", what)


def _phone_lines(
    result: ScenarioResult, scenario: Scenario, attempts: Sequence[_Attempt]
) -> Iterator[tuple[float, TranscriptLine]]:
    names = scenario.names_by_number()
    positions: dict[str, float] = {}
    heard: set[tuple[str, str]] = set()
    for entry in result.timeline:
        position = positions.setdefault(entry.contact_id, _position(entry, attempts))
        what = PHONES.get(entry.type, "").format(text=plain(entry.text))
        if entry.type is EntryType.SPOKE:
            again = (entry.contact_id, entry.text) in heard
            heard.add((entry.contact_id, entry.text))
            what = "hears it again" if again else f"hears: {plain(entry.text)}"
        if what:
            who = names.get(entry.number, "unknown")
            yield position + 0.5, TranscriptLine(entry.at, who, what)


def _position(entry: TimelineEntry, attempts: Iterable[_Attempt]) -> float:
    """Return the attempt that a call belongs to: the latest one to its number so far."""
    earlier = (
        (attempt.at, attempt.position)
        for attempt in attempts
        if attempt.number == entry.number and attempt.at <= entry.at + _MILLISECOND
    )
    return max(earlier, default=(0.0, 0.0))[1]
