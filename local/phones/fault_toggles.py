"""Faults that can be switched on and off on the page."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from local.faults.fault import Fault, parse_fault
from local.faults.injector import FaultInjector

if TYPE_CHECKING:
    from collections.abc import Callable

    from local.emulator.system import LocalSystem
    from local.phones.event_stream import Feed


class Switch(NamedTuple):
    """One switch.

    Attributes:
        name: of the fault; the words of local/faults, `<at> <fault>`.
        label: what is wrong then, for people.
        then: what Callout does about it.
        fault: what goes wrong while it is on.
    """

    name: str
    label: str
    then: str
    fault: Fault


def _switch(label: str, then: str, **written: object) -> Switch:
    return Switch(f"{written['at']} {written['fault']}", label, then, parse_fault(written))


SWITCHES = {
    one.name: one
    for one in (
        _switch(
            "Connect throttles every second request",
            "Requests are tried again; the call lasts a little longer.",
            at="connect",
            fault="throttling",
            chance=0.5,
        ),
        _switch(
            "Connect is down",
            "No phone can ring: each call counts as failed, and SNS is told.",
            at="connect",
            fault="unavailable",
        ),
        _switch(
            "SSM is down",
            "Pages go by the copy of the roster that the last page kept.",
            at="ssm",
            fault="unavailable",
        ),
        _switch(
            "The incident table is down",
            "No line, no bundling: everybody is called about everything.",
            at="dynamodb",
            fault="unavailable",
        ),
        _switch(
            "SNS is down",
            "It is tried again for minutes; in the end the execution fails, and an alarm goes off.",
            at="sns",
            fault="unavailable",
        ),
        _switch(
            "CheckCall dies each time",
            "The call cannot be looked at: it counts as failed, and the next phone rings.",
            at="check_call",
            fault="killed_before",
        ),
    )
}


class Faults:
    """What goes wrong now.

    Args:
        system: where.
        feed: told of the switches that are on (`faults`).
    """

    def __init__(self, system: LocalSystem, feed: Feed) -> None:
        self._system = system
        self._feed = feed
        self._on: dict[str, Switch] = {}

    def turn(self, name: str, *, on: bool) -> None:
        """Turn one switch; raises KeyError where there is none of the name."""
        if on:
            self._on[name] = SWITCHES[name]
        else:
            self._on.pop(SWITCHES[name].name, None)
        self.strike_switched()
        self._feed.say("faults", on=list(self._on))

    def strike_switched(self) -> None:
        """Have those go wrong whose switches are on, and nothing else."""
        faults = [one.fault for one in self._on.values()]
        self.strike(lambda: FaultInjector(faults))

    def strike(self, gate: Callable[[], FaultInjector]) -> None:
        """Have these go wrong from now on, and nothing else.

        Args:
            gate: makes one; Connect has its own, as each lets one thread at a time ask.
        """
        self._system.connect.faults, self._system.proxy.faults = gate(), gate()
