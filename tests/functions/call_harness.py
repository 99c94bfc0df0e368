"""Place calls with place_call and poll them with check_call."""

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
class CallHarness:
    """Both functions and the simulated Connect."""

    connect: SimulatedConnect
    place_call: ModuleType
    check_call: ModuleType

    def place(self, phone: Phone, *, waited: int = 0) -> dict[str, Any]:
        """Place a call; return the input of check_call after that many counted seconds."""
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
        """The incident table of check_call."""
        return IncidentTable(self.check_call.dynamodb, os.environ["INCIDENT_TABLE"])

    def poll(self, event: dict[str, Any]) -> dict[str, Any]:
        """Poll the call and return the progress."""
        return invoke(self.check_call, event)

    def fail(self, operation: str, kind: FaultKind, times: int | None = None) -> None:
        """Make all further requests fail, or only a number of them."""
        self.connect.faults.append(Fault(f"connect {operation}", kind, times))

    @property
    def requests(self) -> list[str | None]:
        """The operations that were requested since the call was placed, in order."""
        return [request.operation for request in self.connect.requests]

    @property
    def hung_up(self) -> bool:
        """Whether the call has ended."""
        return self.connect.calls[-1].ended_at is not None


def outcome(progress: dict[str, Any]) -> str:
    """Return the outcome of the current call."""
    return str(progress["call"]["outcome"])
