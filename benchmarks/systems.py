"""Start the systems under test on first use, one at a time."""

from __future__ import annotations

from contextlib import ExitStack

from local.emulator.system import LocalSystem
from local.simulation.system import VirtualSystem


class Systems(ExitStack):
    """Both systems. One closes before the other starts, so that neither slows the other down.

    Args:
        quick: few repetitions, to check that everything runs; ignore the figures.
        storm: events in the largest storm.
    """

    def __init__(self, *, quick: bool, storm: int) -> None:
        super().__init__()
        self._quick = quick
        self.largest_storm = 10 if quick else storm
        self._local: LocalSystem | None = None
        self._virtual: VirtualSystem | None = None

    def repetitions(self, count: int) -> int:
        """Return how often to repeat a measurement that needs this many repetitions."""
        return min(count, 2) if self._quick else count

    @property
    def local(self) -> LocalSystem:
        """The deployment in the local emulator, in real time."""
        if self._local is None:
            self.close()
            self._virtual = None
            self._local = self.enter_context(LocalSystem(time_scale=1.0))
        return self._local

    @property
    def virtual(self) -> VirtualSystem:
        """The deployment in this process, in virtual time."""
        if self._virtual is None:
            self.close()
            self._local = None
            self._virtual = self.enter_context(VirtualSystem())
        return self._virtual
