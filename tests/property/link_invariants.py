"""Invariants of pages that are answered by link: one acknowledgement, and one name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from oncall.incident_record import ACKNOWLEDGED, LINK, RESOLVED
from tests.property.invariants import ANSWERED
from tests.property.storm import incident_queries

if TYPE_CHECKING:
    from collections.abc import Iterator

    from local.scenarios.result import ScenarioResult
    from local.simulation.system import VirtualSystem
    from oncall.incident_record import Record
    from tests.property.model.expected_outcome import ExpectedPage


def link_differences(
    system: VirtualSystem, expected: ExpectedPage, result: ScenarioResult
) -> Iterator[str]:
    """Compare a page with the model, the answers by link, and the record; without faults."""
    queries = incident_queries(system)
    [record] = (record for team in ("default", "payments") for record in queries.since(team, 0))
    answers = [answer.opened for answer in result.answers if answer.status == ANSWERED]
    if len(answers) < len(result.answers):
        yield "an answer was refused"
    calls = [(call["contact"], call["outcome"]) for call in result.output.get("calls", [])]
    cut = len(calls) < len(expected.attempts)
    for attempt, (contact, outcome) in zip(expected.attempts, calls, strict=False):
        if contact != attempt.contact or outcome not in {*attempt.outcomes, "handled"}:
            yield f"{contact} {outcome}, not {attempt.contact} {attempt.outcomes}"
    ended = calls[-1][1] if calls else ""
    # A page that waits ends if its alarm recovers.
    recovered = expected.may_wait and not calls and result.page.outcome == RESOLVED
    unexplained = ended == "handled" or (cut and ended != ACKNOWLEDGED)
    if unexplained and not recovered and record.closed_via != LINK:
        yield "calls ended, but nobody had answered by link"
    yield from _name_differences(record, result, calls)
    first = next((opened for opened in answers if opened.action == "acknowledge"), None)
    if record.closed_via == LINK and record.outcome == ACKNOWLEDGED and first is None:
        yield "acknowledged by link, which nobody did"


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
