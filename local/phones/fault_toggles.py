"""Faults that the web page can switch on and off."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from local.faults.fault import Fault, parse_fault
from local.faults.injector import FaultInjector

if TYPE_CHECKING:
    from collections.abc import Callable

    from local.emulator.system import LocalSystem
    from local.phones.event_stream import EventStream


class FaultToggle(NamedTuple):
    """A fault with the texts of its switch."""

    name: str  # `<at> <fault>`, in the words of local/faults
    label: str  # what fails
    effect: str  # how Callout behaves then
    fault: Fault  # what is injected while the toggle is on


def _toggle(label: str, effect: str, **fields: object) -> FaultToggle:
    return FaultToggle(f"{fields['at']} {fields['fault']}", label, effect, parse_fault(fields))


FAULT_TOGGLES = {
    toggle.name: toggle
    for toggle in (
        _toggle(
            "Connect throttles half of the requests",
            "Callout retries the requests; calls take a little longer.",
            at="connect",
            fault="throttling",
            chance=0.5,
        ),
        _toggle(
            "Connect is down",
            "No phone rings: every call fails, and Callout notifies SNS.",
            at="connect",
            fault="unavailable",
        ),
        _toggle(
            "SSM is down",
            "Pages use the copy of the roster that the last page cached.",
            at="ssm",
            fault="unavailable",
        ),
        _toggle(
            "The incident table is down",
            "No team lock, no grouping: every incident calls separately.",
            at="dynamodb",
            fault="unavailable",
        ),
        _toggle(
            "SNS is down",
            "Callout retries for minutes; then the execution fails and an alarm fires.",
            at="sns",
            fault="unavailable",
        ),
        _toggle(
            "CheckCall crashes every time",
            "Callout cannot poll the call: the call fails, and the next phone rings.",
            at="check_call",
            fault="killed_before",
        ),
    )
}


class FaultToggles:
    """The faults that are injected now.

    Publishes the names of the toggles that are on (`faults`).
    """

    def __init__(self, system: LocalSystem, stream: EventStream) -> None:
        self._system = system
        self._stream = stream
        self._enabled: dict[str, FaultToggle] = {}

    def toggle(self, name: str, *, enabled: bool) -> None:
        """Switch one fault on or off; raise KeyError for an unknown name."""
        toggle = FAULT_TOGGLES[name]
        if enabled:
            self._enabled[name] = toggle
        else:
            self._enabled.pop(name, None)
        self.inject_enabled()
        self._stream.publish("faults", enabled=list(self._enabled))

    def inject_enabled(self) -> None:
        """Inject the faults whose toggles are on, and no others."""
        faults = [toggle.fault for toggle in self._enabled.values()]
        self.inject(lambda: FaultInjector(faults))

    def inject(self, create: Callable[[], FaultInjector]) -> None:
        """Replace what is injected.

        `create` is called twice: Connect and the proxy need separate ones, because each serves one
        thread at a time.
        """
        self._system.connect.faults, self._system.proxy.faults = create(), create()
