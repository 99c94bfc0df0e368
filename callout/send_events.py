"""Send events to the default event bus, and find the execution that each one starts."""

import json
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from adapters.aws_clients import AWS_ERRORS
from callout.aws_session import AwsSession
from callout.deployed_stack import Rule, find_stack, list_resources, stack_output, trigger_rules
from callout.errors import CommandError, describe_error
from callout.roster.parameter_store import RosterStore
from oncall.events.envelope import at
from oncall.events.parse_event import incident_from_event
from oncall.events.trigger_metadata import apply_trigger_overrides, assign_team, unwrap

#: Seconds between ListExecutions requests; the API allows 5 a second (Step Functions quotas).
POLL_SECONDS = 0.5
#: Executions that one request lists; ListExecutions returns the latest first.
MAX_EXECUTIONS = 100


@dataclass(frozen=True)
class SentEvent:
    """An event that was sent, and the execution that it started."""

    file: str  # where it was read
    event_id: str  # the ID that EventBridge gave it
    execution: str  # ARN of the execution that it started; "" if none was found
    # the triggers whose rule matches it; only checked if no execution was found; None if that check
    # failed
    matching: tuple[str, ...] | None = ()
    # of its incident, as its trigger and route set them; "" if it started no execution; the team
    # is also "" if it has no roster
    team: str = ""
    severity: str = ""
    account: str = ""
    region: str = ""


@dataclass(frozen=True)
class SendResult:
    """The result of sending events."""

    events: tuple[SentEvent, ...]  # in the order of the files
    # the deployed triggers, one line each, if an event started nothing
    triggers: tuple[str, ...] = ()

    @property
    def all_started(self) -> bool:
        """Whether every event started an execution."""
        return all(event.execution for event in self.events)


class _Started(NamedTuple):
    """An execution, and its input: an event, or a trigger's wrapper around it."""

    execution: str
    state_input: object

    def describe(
        self, teams: Sequence[str], has_roster: Callable[[str], bool]
    ) -> tuple[str, tuple[str, ...], str, str, str, str]:
        """Return the execution, no rules, and what open_incident sets, as in SentEvent."""
        event, trigger = unwrap(self.state_input)
        incident = incident_from_event(event, fallback_id="-")
        incident = apply_trigger_overrides(incident, event, trigger)
        team = assign_team(incident, teams, "", has_roster).team
        return self.execution, (), team, incident.severity, incident.account, incident.region


def send(
    aws: AwsSession, stack: str, entries: Mapping[str, dict[str, Any]], wait: float
) -> SendResult:
    """Send PutEvents entries, by file, and find the executions; `wait` is in seconds.

    Raise CommandError if there is no such stack, or AWS did not accept an event.
    """
    try:
        machine = stack_output(aws, stack, "StateMachineArn")
        found = find_stack(aws, stack)
        rosters = found.outputs.get("RosterParameterNames", "").split(",") if found else []
        before = latest_executions(aws, machine)
        ids = {file: _put(aws, file, entry) for file, entry in entries.items()}
        started = _wait_for_executions(aws, machine, before, set(ids.values()), wait)
        not_started = [file for file, event_id in ids.items() if event_id not in started]
        rules = trigger_rules(aws, list_resources(aws, stack)) if not_started else []
    except AWS_ERRORS as error:
        raise CommandError(describe_error(error)) from None
    teams = [name.rpartition("/")[2] for name in rosters]

    def has_roster(team: str) -> bool:
        try:
            return RosterStore(aws, team).latest_number() > 0
        except AWS_ERRORS:
            return True  # not known: open_incident can read it

    events = [
        SentEvent(file, event_id, *started[event_id].describe(teams, has_roster))
        if event_id in started
        else SentEvent(file, event_id, "", _matching(aws, machine, rules, entries[file]))
        for file, event_id in ids.items()
    ]
    return SendResult(tuple(events), tuple(map(_describe_rule, rules)))


def latest_executions(aws: AwsSession, machine: str) -> list[str]:
    """Return the ARNs of the latest executions."""
    client = aws.client("stepfunctions")
    listed = client.list_executions(stateMachineArn=machine, maxResults=MAX_EXECUTIONS)
    return [summary["executionArn"] for summary in listed["executions"]]


def wait_for_execution(
    aws: AwsSession, machine: str, before: Iterable[str], texts: Collection[str], wait: float
) -> str:
    """Return the ARN of a new execution whose input has one of the texts; "" if there is none."""
    new = _new_executions(aws, machine, before, wait)
    return next((found for found, given in new if any(text in given for text in texts)), "")


def _put(aws: AwsSession, file: str, entry: dict[str, Any]) -> str:
    """Put one event on the bus and return its ID. One at a time, to keep their order."""
    [answer] = aws.client("events").put_events(Entries=[entry])["Entries"]
    if "EventId" not in answer:
        details = f"{answer.get('ErrorCode')} {answer.get('ErrorMessage', '')}"
        raise CommandError(f"{file}: EventBridge rejected the event: {details.strip()}")
    return str(answer["EventId"])


def _wait_for_executions(
    aws: AwsSession, machine: str, before: Iterable[str], ids: set[str], wait: float
) -> dict[str, _Started]:
    """Return the execution that each event started, by event ID.

    A rule cannot name the execution after its event, so the event ID is read from the input.
    """
    found: dict[str, _Started] = {}
    for execution, given in _new_executions(aws, machine, before, wait):
        begun = _Started(execution, _json(given))
        if (event_id := str(at(unwrap(begun.state_input)[0], "id"))) in ids:
            found.setdefault(event_id, begun)
        if found.keys() == ids:
            break
    return found


def _new_executions(
    aws: AwsSession, machine: str, before: Iterable[str], wait: float
) -> Iterator[tuple[str, str]]:
    """Yield executions with their input as they start, for some seconds."""
    seen = set(before)
    deadline = time.monotonic() + wait
    while True:
        for execution in latest_executions(aws, machine):
            if execution not in seen:
                seen.add(execution)
                answer = aws.client("stepfunctions").describe_execution(executionArn=execution)
                yield execution, answer.get("input", "")
        if time.monotonic() >= deadline:
            return
        time.sleep(POLL_SECONDS)


def _json(given: str) -> object:
    try:
        return json.loads(given)
    except ValueError:
        return None


def _matching(
    aws: AwsSession, machine: str, rules: Iterable[Rule], entry: Mapping[str, Any]
) -> tuple[str, ...] | None:
    """Ask EventBridge which rules match; return None if the request fails."""
    event = {
        "id": "0",
        "account": machine.split(":")[4],
        "source": entry["Source"],
        "time": "2026-01-05T09:00:00Z",
        "region": aws.region,
        "resources": entry["Resources"],
        "detail-type": entry["DetailType"],
        "detail": json.loads(entry["Detail"]),
    }
    events = aws.client("events")
    try:
        return tuple(
            rule.trigger
            for rule in rules
            if rule.enabled
            and events.test_event_pattern(
                EventPattern=json.dumps(rule.pattern), Event=json.dumps(event)
            )["Result"]
        )
    except AWS_ERRORS:
        return None


def _describe_rule(rule: Rule) -> str:
    """Return in one line what a rule matches."""
    pattern = {key: value for key, value in rule.pattern.items() if key != "source"}
    disabled = "" if rule.enabled else " (disabled)"
    return f"{rule.trigger}{disabled}: {json.dumps(pattern, ensure_ascii=False)}"
