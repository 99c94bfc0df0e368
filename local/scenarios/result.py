"""The result of running a scenario, whichever runner ran it, and how it is checked."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from local.connect.text_to_speech import synthesize
from oncall.roster.validation_report import SUBJECT as ROSTER_SUBJECT

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from local.connect.inbound_call import InboundCall
    from local.connect.simulated_call import Call
    from local.connect.timeline import TimelineEntry
    from local.emulator.sns_inbox import Notification, TextMessage
    from local.faults.fault import Fault
    from local.scenarios.opened_link import LinkAnswer
    from local.scenarios.scenario import Scenario
    from local.scenarios.sent_event import SentEvent

Json = dict[str, Any]


class StateEntry(NamedTuple):
    """A state that an execution entered, and the scenario second."""

    at: float
    name: str
    input: Json


@dataclass(frozen=True)
class Execution:
    """An execution that has ended.

    Attributes:
        status: SUCCEEDED, FAILED, TIMED_OUT or ABORTED.
        history: its events, as GetExecutionHistory returns them; timestamps as ISO 8601.
        began, ended: scenario seconds.
        time_scale: real seconds per scenario second in `history`.
    """

    arn: str
    status: str
    output: Json
    error: str
    cause: str
    history: list[Json]
    began: float
    ended: float
    time_scale: float = 1.0

    @property
    def outcome(self) -> str:
        """The outcome in its output, or its status if it has none."""
        return str(self.output.get("outcome", self.status))

    @property
    def given(self) -> Json:
        """Its input: an event, or one that its trigger wrapped."""
        given: Json = json.loads(self.history[0]["executionStartedEventDetails"]["input"])
        return given

    @property
    def unique_values(self) -> frozenset[str]:
        """What differs in another execution of the same: ARN, name, and start time."""
        return frozenset({self.arn, self.arn.rsplit(":", 1)[-1], self.history[0]["timestamp"]})

    @property
    def duration(self) -> float:
        """Scenario seconds from its beginning to its end."""
        return self.ended - self.began

    @property
    def states(self) -> list[StateEntry]:
        """The states that it entered, in order."""
        return [
            StateEntry(self.second_of(event), details["name"], json.loads(details["input"]))
            for event in states_entered(self.history)
            if (details := event["stateEnteredEventDetails"])
        ]

    def second_of(self, event: Json) -> float:
        """Return the scenario second of an event of the history."""
        start, moment = (datetime.fromisoformat(at["timestamp"]) for at in (self.history[0], event))
        return self.began + (moment - start).total_seconds() / self.time_scale


@dataclass(frozen=True)
class ScenarioResult:
    """What happened when a scenario ran.

    Attributes:
        executions: in the order in which they began.
        all_notifications: what SNS sent, in order, reports about rosters included.
        log: the lines that the functions wrote; only in virtual time.
        events: what the scenario put on the bus, and its reminders.
        several_events: whether the executions are of different events.
        seconds: real seconds from the first event to the end.
        answers: the scenario's answers by link.
        texts: the text messages that SNS sent.
        chat: the messages for chat.
        inbound_calls: those of people who called back.
    """

    executions: list[Execution]
    calls: list[Call]
    all_notifications: list[Notification]
    timeline: list[TimelineEntry]
    log: list[str] = field(default_factory=list)
    unused_faults: list[Fault] = field(default_factory=list)
    events: list[SentEvent] = field(default_factory=list)
    several_events: bool = False
    seconds: float = 0.0
    answers: list[LinkAnswer] = field(default_factory=list)
    texts: list[TextMessage] = field(default_factory=list)
    chat: list[Notification] = field(default_factory=list)
    inbound_calls: list[InboundCall] = field(default_factory=list)

    @property
    def page(self) -> Execution:
        """The execution that the scenario is about.

        It is the first. If EventBridge delivered one event several times, chance decides which
        execution comes first: then it is the first that is not a duplicate. An execution whose
        event was too large counts only if no other was started in its place.
        """
        return self.ordered[0]

    @property
    def other_outcomes(self) -> list[str]:
        """The outcomes of the other executions."""
        return [execution.outcome for execution in self.ordered[1:]]

    @property
    def status(self) -> str:
        """The status of `page`: SUCCEEDED unless something failed inside Callout."""
        return self.page.status

    @property
    def output(self) -> Json:
        """The output of `page`."""
        return self.page.output

    @property
    def call_outcomes(self) -> list[str]:
        """Each call in the output as a scenario expects it: `<contact> <outcome>`."""
        return [f"{call['contact']} {call['outcome']}" for call in self.output.get("calls", [])]

    @property
    def spoken(self) -> list[str]:
        """The message of each placed call, in order, and what people heard who called back."""
        messages = [synthesize(call.attributes["message"]).text for call in self.calls]
        return messages + [text for call in self.inbound_calls for text in call.heard]

    @property
    def notifications(self) -> list[Notification]:
        """The notifications about pages."""
        return [
            each for each in self.all_notifications if not each.subject.startswith(ROSTER_SUBJECT)
        ]

    @property
    def histories(self) -> list[list[Json]]:
        """The histories of all executions, that of `page` first."""
        return [execution.history for execution in self.ordered]

    @property
    def ordered(self) -> list[Execution]:
        """The executions, `page` first."""
        if self.several_events:
            return self.executions
        return sorted(
            self.executions,
            key=lambda each: (
                each.outcome == "duplicate" or each.error == "States.DataLimitExceeded"
            ),
        )


def states_entered(history: Iterable[Json]) -> list[Json]:
    """Return the events of a history in which a state was entered, in order."""
    return [event for event in history if "stateEnteredEventDetails" in event]


def differences(result: ScenarioResult, scenario: Scenario) -> list[str]:
    """List where a result differs from what the scenario expects, a line each.

    Keys of `expect` that are omitted are not checked, except `status`, `error`, `further` and
    `notifications`.
    """
    return [*_texts(result, scenario), *_values(result, scenario)]


def _texts(result: ScenarioResult, scenario: Scenario) -> Iterator[str]:
    for fault in result.unused_faults:
        yield f"faults: number {scenario.faults.index(fault) + 1} ({fault.at}) matched no request"
    for answer in result.answers:
        if answer.status != 200:  # noqa: PLR2004 - HTTP
            yield f"opens_link: {answer.opened.by} got the status {answer.status}"
    for call in result.inbound_calls:
        if call.flow_error:
            yield f"calls_back: {call.flow_error}"
    spoken = "\n".join(result.spoken)
    for words in scenario.expect.spoken:
        if words not in spoken:
            yield f"spoken: no call contains {words!r}"
    first = result.notifications[0] if result.notifications else None
    notified = f"{first.subject}\n{first.message}" if first else ""
    for words in scenario.expect.notified:
        if words not in notified:
            yield f"notified: no notification contains {words!r}"


def _values(result: ScenarioResult, scenario: Scenario) -> Iterator[str]:
    expect, names = scenario.expect, scenario.names_by_number()
    always = {"status", "error", "further", "notifications"}
    found = {
        "status": result.status,
        "error": result.page.error,
        "outcome": result.output.get("outcome", ""),
        "acknowledged_by": result.output.get("acknowledged_by"),
        "calls": result.call_outcomes,
        "further": result.other_outcomes,
        "notifications": len(result.notifications),
        "rings": len(result.calls),
        "texts": sorted(names[text.number] for text in result.texts),
    }
    unset = {name for name in ("rings", "texts") if getattr(expect, name) is None}
    for name, actual in found.items():
        expected = getattr(expect, name)
        expected = sorted(expected) if name == "texts" and expected else expected
        if name in always | expect.model_fields_set - unset and actual != expected:
            yield f"{name}: expected {_shown(expected)}, was {_shown(actual)}"


def _shown(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "none"
    return "nobody" if value is None else str(value) or "none"
