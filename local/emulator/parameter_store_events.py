"""Change events of Parameter Store, which AWS sends by itself and the emulator does not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from local.emulator.poller import Watch
from oncall.events.replay import replay_entry

if TYPE_CHECKING:
    from collections.abc import Callable

#: Real seconds between looks.
POLL_INTERVAL = 0.2
#: What tells one state of a parameter from another: a deleted one begins anew with version 1.
Versions = dict[str, tuple[int, object]]


class ParameterEvents(Watch):
    """Watches the parameters below a path, whoever saves them, and says each change on the bus.

    As replays, because the bus takes no events in AWS's own name. Two saves between two looks
    are one event, as AWS promises no more either: its delivery is best-effort.

    Args:
        client: makes a client of the emulator.
        path: such as /callout/rosters/.
    """

    def __init__(self, client: Callable[[str], Any], path: str) -> None:
        super().__init__(self._tell_changes, POLL_INTERVAL)
        self._ssm, self._events = client("ssm"), client("events")
        self._path = path
        self._known: Versions = {}

    def __enter__(self) -> Self:
        self._known = self._versions()
        return super().__enter__()

    def _tell_changes(self) -> None:
        now = self._versions()
        for name in sorted({*self._known, *now}):
            operation = self._operation(name, now)
            if operation:
                self._events.put_events(Entries=[replay_entry(change(operation, name))])
        self._known = now

    def _operation(self, name: str, now: Versions) -> str:
        if name not in now:
            return "Delete"
        if name not in self._known:
            return "Create"
        return "" if now[name] == self._known[name] else "Update"

    def _versions(self) -> Versions:
        pages = self._ssm.get_paginator("get_parameters_by_path").paginate(Path=self._path)
        return {
            one["Name"]: (one["Version"], one["LastModifiedDate"])
            for page in pages
            for one in page["Parameters"]
        }


def change(operation: str, name: str) -> dict[str, Any]:
    """Give the event of a change, as Parameter Store sends it.

    Args:
        operation: Create, Update or Delete.
        name: of the parameter.
    """
    return {
        "source": "aws.ssm",
        "detail-type": "Parameter Store Change",
        "detail": {"operation": operation, "name": name, "type": "String"},
    }
