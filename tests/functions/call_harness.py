"""A telephone line: calls placed by place_call, looked at by check_call."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from adapters.incident_store import IncidentTable
from local.faults.fault import Fault
from tests.functions.invoke import INCIDENT, LI_WEI, invoke, placing

if TYPE_CHECKING:
    from types import ModuleType

    from local.connect.server import SimulatedConnect
    from local.connect.simulated_phones import Phone
    from local.faults.fault_types import FaultKind

DESCRIBE, ATTRIBUTES, STOP = "DescribeContact", "GetContactAttributes", "StopContact"


@dataclass(frozen=True)
class Line:
    """Both functions and the Connect behind them."""

    connect: SimulatedConnect
    place_call: ModuleType
    check_call: ModuleType

    def ring(self, phone: Phone, *, waited: int = 0) -> dict[str, Any]:
        """Ring a phone; give what the state machine then hands to check_call.

        Args:
            phone: does at once what it does.
            waited: seconds for which the state machine has waited by its own count.
        """
        self.connect.phones = {LI_WEI: phone}
        event = placing()
        progress = invoke(self.place_call, event)
        progress["call"]["waited_seconds"] = waited
        self.connect.requests.clear()
        return {
            "progress": progress,
            "language": event["language"],
            "execution": event["execution"],
            "incident": INCIDENT.to_state(),
            "announced_incident_ids": [INCIDENT.id],
            "deferred_incident_ids": [],
        }

    @property
    def table(self) -> IncidentTable:
        """The incident table that check_call looks into."""
        return IncidentTable(self.check_call.dynamodb, os.environ["INCIDENT_TABLE"])

    def look(self, event: dict[str, Any]) -> dict[str, Any]:
        """Look at the call once and give the progress."""
        return invoke(self.check_call, event)

    def fail(self, operation: str, kind: FaultKind, times: int | None = None) -> None:
        """Let requests fail from now on, or a number of them."""
        self.connect.faults.append(Fault(f"connect {operation}", kind, times))

    @property
    def asked(self) -> list[str | None]:
        """The operations that Connect was asked for since the phone was rung, in order."""
        return [request.operation for request in self.connect.requests]

    @property
    def hung_up(self) -> bool:
        """Whether the call is no longer going on."""
        return self.connect.calls[-1].ended_at is not None


def outcome(progress: dict[str, Any]) -> str:
    """Give what has become of the call."""
    return str(progress["call"]["outcome"])
