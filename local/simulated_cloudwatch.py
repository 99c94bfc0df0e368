"""DescribeAlarms of CloudWatch: the alarms of the latest events and of the scenario."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from local.http_server import HttpResponse

if TYPE_CHECKING:
    from collections.abc import Iterable

#: The setting of an alarm that limits each cause of suppression.
_PERIODS = {
    "WaitPeriod": "actionsSuppressorWaitPeriod",
    "ExtensionPeriod": "actionsSuppressorExtensionPeriod",
}


class AlarmChange(BaseModel):
    """A later state of a composite alarm, as DescribeAlarms shows it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    after: float = Field(default=0, ge=0)
    """Seconds after the scenario's own event."""
    name: str
    state: Literal["ALARM", "OK", "INSUFFICIENT_DATA"] = "ALARM"
    suppressed_by: Literal["Alarm", "WaitPeriod", "ExtensionPeriod"] | None = None


@dataclass(frozen=True)
class _AlarmState:
    since: float
    name: str
    arn: str
    value: str
    suppressed_by: str = ""
    suppressed_until: float = math.inf


class SimulatedCloudWatch:
    """The alarms of a run, in scenario seconds."""

    def __init__(self) -> None:
        self._states: list[_AlarmState] = []

    def reset(self, changes: Iterable[AlarmChange] = (), now: float = 0.0) -> None:
        """Forget all alarms, and plan the changes of a scenario that begins now."""
        self._states = [
            _AlarmState(now + each.after, each.name, "", each.state, each.suppressed_by or "")
            for each in changes
        ]

    def observe(self, event: Mapping[str, Any], now: float) -> None:
        """Take the state of an alarm from its event."""
        detail = event.get("detail")
        if not isinstance(detail, Mapping) or not isinstance(detail.get("alarmName"), str):
            return
        state, name = detail.get("state") or {}, detail["alarmName"]
        suppressed_by = state.get("actionsSuppressedBy", "")
        period = (detail.get("configuration") or {}).get(_PERIODS.get(suppressed_by, ""), math.inf)
        arn = (event.get("resources") or [name])[0]
        value = state.get("value", "")
        self._states.append(_AlarmState(now, name, arn, value, suppressed_by, now + period))

    def describe_alarms(self, now: float) -> HttpResponse:
        """Return the response of DescribeAlarms: all alarms, whatever the request names."""
        names = dict.fromkeys(state.name for state in self._states if state.since <= now)
        alarms = [self._alarm(name, now) for name in names]
        body = json.dumps({"CompositeAlarms": alarms}).encode()
        return HttpResponse(200, {"Content-Type": "application/x-amz-json-1.0"}, body)

    def _alarm(self, name: str, now: float) -> dict[str, str]:
        states = [state for state in self._states if state.name == name]
        latest = max((state for state in states if state.since <= now), key=lambda each: each.since)
        arn = next((state.arn for state in states if state.arn), name)
        alarm = {"AlarmName": name, "AlarmArn": arn, "StateValue": latest.value}
        if latest.suppressed_by and now < latest.suppressed_until:
            alarm["ActionsSuppressedBy"] = latest.suppressed_by
        return alarm
