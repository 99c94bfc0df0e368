"""Read events from files, send them as replays, and find the execution that each one starts."""

from __future__ import annotations

import json
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError
from botocore.utils import parse_timestamp

from callout.deployed_stack import output, resources, rules
from callout.errors import CommandError, reason
from oncall.events.replay import EventError, replay_entry

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from callout.aws_session import Aws
    from callout.deployed_stack import Rule

#: Seconds between looks at the state machine; ListExecutions allows 5 a second for good
#: (Step Functions quotas).
LOOK = 0.5
#: Executions that one look sees; ListExecutions gives the latest first.
LATEST = 100
#: The file name that stands for standard input.
STDIN = "-"


@dataclass(frozen=True)
class Replay:
    """What became of one event.

    Attributes:
        file: where it was read.
        event_id: the id that EventBridge gave it.
        execution: ARN of the execution that it started; "" where none was seen.
        matching: the triggers whose rule matches it, where it was worth asking; None where
            that could not be found out.
    """

    file: str
    event_id: str
    execution: str
    matching: tuple[str, ...] | None = ()


@dataclass(frozen=True)
class Outcome:
    """What became of all of them.

    Attributes:
        replays: in the order of the files.
        triggers: what is deployed, where an event started nothing: a line each.
    """

    replays: tuple[Replay, ...]
    triggers: tuple[str, ...] = ()


def read_entry(name: str) -> dict[str, Any]:
    """Return the entry that replays the event in a file.

    Args:
        name: path of a JSON file; `-` for standard input.

    Raises:
        EventError: the file cannot be read, or is not an event; one line that names it.
    """
    try:
        text = sys.stdin.read() if name == STDIN else Path(name).read_text(encoding="utf-8")
    except OSError as error:
        raise EventError(f"{name}: {error.strerror}") from None
    except UnicodeDecodeError:
        raise EventError(f"{name}: not text in UTF-8") from None
    try:
        made = replay_entry(json.loads(text))
    except EventError as error:
        raise EventError(f"{name}: {error}") from None
    except (ValueError, RecursionError) as error:
        raise EventError(f"{name}: not JSON: {error}") from None
    try:
        parse_timestamp(made.get("Time", "1970-01-01"))
    except (ValueError, OverflowError):  # botocore would refuse to send PutEvents
        raise EventError(f"{name}: time: not a timestamp, like 2026-01-05T09:00:00Z") from None
    return made


def send(aws: Aws, stack: str, entries: Mapping[str, dict[str, Any]], wait: float) -> Outcome:
    """Send each entry, in order, and find the execution that it starts.

    Args:
        aws: where AWS is.
        stack: name of the stack whose state machine is meant.
        entries: what PutEvents takes, by the file it was read from.
        wait: seconds for which an execution is waited for.

    Raises:
        CommandError: there is no such stack, or AWS did not take an event.
    """
    try:
        machine = output(aws, stack, "StateMachineArn")
        before = {one for one, _ in _latest(aws, machine)}
        ids = {file: _put(aws, file, entry) for file, entry in entries.items()}
        started = _started(aws, machine, before, set(ids.values()), wait)
        silent = [file for file, event_id in ids.items() if event_id not in started]
        deployed = rules(aws, resources(aws, stack)) if silent else []
    except (BotoCoreError, ClientError) as error:
        raise CommandError(reason(error)) from None
    replays = [
        Replay(
            file,
            event_id,
            started.get(event_id, ""),
            _matching(aws, deployed, entries[file]) if file in silent else (),
        )
        for file, event_id in ids.items()
    ]
    return Outcome(tuple(replays), tuple(map(_told, deployed)))


def _put(aws: Aws, file: str, entry: dict[str, Any]) -> str:
    """Put one event on the bus; give its id. One by one, so that their order is kept."""
    [answer] = aws.client("events").put_events(Entries=[entry])["Entries"]
    if "EventId" not in answer:
        said = f"{answer.get('ErrorCode')} {answer.get('ErrorMessage', '')}"
        raise CommandError(f"{file}: EventBridge did not take it: {said.strip()}")
    return str(answer["EventId"])


def _started(
    aws: Aws, machine: str, before: set[str], ids: set[str], wait: float
) -> dict[str, str]:
    """Give the execution that each event has started, by the event's id.

    An execution's name says nothing of its event (a rule cannot name it), its input does.
    """
    found: dict[str, str] = {}
    seen = set(before)
    deadline = time.monotonic() + wait
    while True:
        for execution, given in _latest(aws, machine, seen):
            seen.add(execution)
            if (event_id := _event_id(given)) in ids:
                found.setdefault(event_id, execution)
        if found.keys() == ids or time.monotonic() >= deadline:
            return found
        time.sleep(LOOK)


def _latest(aws: Aws, machine: str, seen: set[str] | None = None) -> Iterable[tuple[str, str]]:
    """Give the latest executions, and the input of those that were not seen before."""
    client = aws.client("stepfunctions")
    listed = client.list_executions(stateMachineArn=machine, maxResults=LATEST)["executions"]
    for execution in (one["executionArn"] for one in listed):
        if seen is None:
            yield execution, ""
        elif execution not in seen:
            yield execution, client.describe_execution(executionArn=execution).get("input", "")


def _event_id(given: str) -> str:
    """Read the id of the event from an execution's input: as it came, or within a trigger's."""
    try:
        event = json.loads(given)
    except ValueError:
        return ""
    if isinstance(event, dict) and isinstance(event.get("event"), dict):
        event = event["event"]
    return str(event.get("id", "")) if isinstance(event, dict) else ""


def _matching(
    aws: Aws, deployed: Iterable[Rule], entry: Mapping[str, Any]
) -> tuple[str, ...] | None:
    """Ask EventBridge itself which rules match; None where it cannot be asked."""
    event = {
        "id": "0",
        "account": "000000000000",
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
            for rule in deployed
            if rule.enabled
            and events.test_event_pattern(
                EventPattern=json.dumps(rule.pattern), Event=json.dumps(event)
            )["Result"]
        )
    except (BotoCoreError, ClientError):
        return None


def _told(rule: Rule) -> str:
    """Say in a line what a rule matches."""
    pattern = {key: value for key, value in rule.pattern.items() if key != "source"}
    off = "" if rule.enabled else " (switched off)"
    return f"{rule.trigger}{off}: {json.dumps(pattern, ensure_ascii=False)}"
