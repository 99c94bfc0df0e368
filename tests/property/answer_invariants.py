"""Invariants of pages answered by link or callback: one acknowledgement, and one name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from oncall.calls.call import BUSY, HANDLED
from oncall.incident_record import ACKNOWLEDGED, CALLBACK, LINK, RESOLVED
from tests.property.invariants import ANSWERED
from tests.property.storm import incident_queries

if TYPE_CHECKING:
    from collections.abc import Container, Iterator

    from local.connect.inbound_call import InboundCall
    from local.scenarios.result import ScenarioResult
    from local.scenarios.scenario import Scenario
    from local.simulation.system import VirtualSystem
    from oncall.incident_record import Record
    from tests.property.model.expected_outcome import ExpectedPage

#: The PIN of a random contact, as they type it, and as the roster has it.
PIN = "4711"
STORED_PIN = "pbkdf2-sha256$1000$zmGAYAWjHnk$pawY05MzLUV3VxbYFJ_tLA"
WRONG_PIN = "0815"


def answer_differences(
    system: VirtualSystem, scenario: Scenario, expected: ExpectedPage, result: ScenarioResult
) -> Iterator[str]:
    """Compare a page with the model, the answers from outside, and the record; without faults."""
    queries = incident_queries(system)
    [record] = (record for team in ("default", "payments") for record in queries.since(team, 0))
    answers = [answer.opened for answer in result.answers if answer.status == ANSWERED]
    if len(answers) < len(result.answers):
        yield "an answer was refused"
    calls = [(call["contact"], call["outcome"]) for call in result.output.get("calls", [])]
    cut = len(calls) < len(expected.attempts)
    # The phone of a person who is calling is busy.
    other = {HANDLED, BUSY} if result.inbound_calls else {HANDLED}
    for attempt, (contact, outcome) in zip(expected.attempts, calls, strict=False):
        if contact != attempt.contact or outcome not in {*attempt.outcomes, *other}:
            yield f"{contact} {outcome}, not {attempt.contact} {attempt.outcomes}"
    ended = calls[-1][1] if calls else ""
    outside = record.closed_via == LINK or record.closed_via.startswith(CALLBACK)
    # A page that waits ends if its alarm recovers.
    recovered = expected.may_wait and not calls and result.page.outcome == RESOLVED
    unexplained = ended == HANDLED or (cut and ended != ACKNOWLEDGED)
    if unexplained and not recovered and not outside:
        yield "calls ended, but nobody had answered by link or callback"
    yield from _name_differences(record, result, calls)
    first = next((opened for opened in answers if opened.action == "acknowledge"), None)
    if record.closed_via == LINK and record.outcome == ACKNOWLEDGED and first is None:
        yield "acknowledged by link, which nobody did"
    callers = set(acknowledging_callers(result, scenario))
    if record.closed_via.startswith(CALLBACK) and record.closed_by not in callers:
        yield f"acknowledged by {record.closed_by}, who did not do so by callback"
    if callers and not (record.outcome == ACKNOWLEDGED or record.resolved):
        yield f"{callers} acknowledged by callback, but the incident is {record.outcome}"


def acknowledging_callers(result: ScenarioResult, scenario: Scenario) -> Iterator[str]:
    """Yield the contacts who called back, pressed 1, and typed their PIN if they have one."""
    roster, names = scenario.roster_read(), scenario.names_by_number()
    pins = {contact.name for contact in roster.contacts if contact.pin} if roster else set()
    for call in result.inbound_calls:
        name = names.get(call.number, "")
        if name and _acknowledges(call, {PIN} if name in pins else {"1"}):
            yield name


def _acknowledges(call: InboundCall, last: Container[str]) -> bool:
    pressed = [entry.text for entry in call.entries if entry.type == "pressed"]
    return "1" in pressed and pressed[-1] in last


def _name_differences(
    record: Record, result: ScenarioResult, calls: list[tuple[str, str]]
) -> Iterator[str]:
    names = {contact for contact, outcome in calls if outcome == ACKNOWLEDGED}
    if record.outcome == ACKNOWLEDGED:
        names.add(record.closed_by)
    if result.page.outcome == ACKNOWLEDGED:
        names.add(result.output["acknowledged_by"])
    if len(names) > 1:
        yield f"acknowledged by {names}"
    sent = [
        each.message for each in result.notifications if each.subject.startswith("Callout: ack")
    ]
    if len(sent) > 1 or any(name not in sent[0].partition("\n\n")[0] for name in names if sent):
        yield f"{len(sent)} notifications of the acknowledgement by {names}"
