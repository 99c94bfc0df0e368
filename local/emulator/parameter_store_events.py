"""Change events of Parameter Store, which AWS sends and the emulator does not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from local.emulator.poller import Poller

if TYPE_CHECKING:
    from collections.abc import Callable

#: Real seconds between polls.
POLL_INTERVAL = 0.2
#: Version and time by name. The time distinguishes a parameter that was deleted and created again.
Versions = dict[str, tuple[int, object]]


class ParameterEvents(Poller):
    """Watches a path, such as /callout/rosters/, and sends an event for each change of a parameter.

    Two changes between two polls are one event; AWS does not promise more, its delivery is
    best-effort.
    """

    def __init__(
        self, client: Callable[[str], Any], path: str, put: Callable[[dict[str, Any]], object]
    ) -> None:
        super().__init__(self._send_changes, POLL_INTERVAL)
        self._ssm = client("ssm")
        self._path, self._put = path, put
        self._known: Versions = {}

    def __enter__(self) -> Self:
        self._known = self._versions()
        return super().__enter__()

    def _send_changes(self) -> None:
        current = self._versions()
        for name in sorted({*self._known, *current}):
            if operation := self._operation(name, current):
                self._put(change_event(operation, name))
        self._known = current

    def _operation(self, name: str, current: Versions) -> str:
        if name not in current:
            return "Delete"
        if name not in self._known:
            return "Create"
        return "" if current[name] == self._known[name] else "Update"

    def _versions(self) -> Versions:
        pages = self._ssm.get_paginator("get_parameters_by_path").paginate(Path=self._path)
        return {
            parameter["Name"]: (parameter["Version"], parameter["LastModifiedDate"])
            for page in pages
            for parameter in page["Parameters"]
        }


def change_event(operation: str, name: str) -> dict[str, Any]:
    """Return the event that Parameter Store sends: Create, Update or Delete of a parameter."""
    return {
        "source": "aws.ssm",
        "detail-type": "Parameter Store Change",
        "detail": {"operation": operation, "name": name, "type": "String"},
    }
