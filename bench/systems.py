"""The two systems that are measured, started when a part first asks, one at a time."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from bench.patience import virtual_system
from local.emulator.system import LocalSystem

if TYPE_CHECKING:
    from local.simulation.system import VirtualSystem


@dataclass(frozen=True)
class Options:
    """What is to be measured.

    Attributes:
        quick: a few repetitions, to see that everything runs; the figures mean little.
        storm: events of the largest storm.
        instructions: whether to count instructions too, under valgrind: a minute.
    """

    quick: bool = False
    storm: int = 100
    instructions: bool = False

    def times(self, count: int) -> int:
        """Give how often something is to be repeated that deserves so many repetitions."""
        return min(count, 2) if self.quick else count


class Systems:
    """Both systems; each is ended before the other starts, so that neither slows the other.

    Args:
        options: for the parts to read.
    """

    def __init__(self, options: Options) -> None:
        self.options = options
        self._open = ExitStack()
        self._local: LocalSystem | None = None
        self._virtual: VirtualSystem | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    @property
    def local(self) -> LocalSystem:
        """The deployment in the local emulator, as slow as life."""
        if self._local is None:
            self._open.close()
            self._virtual = None
            self._local = self._open.enter_context(LocalSystem(time_scale=1.0))
        return self._local

    @property
    def virtual(self) -> VirtualSystem:
        """The deployment in this process, in virtual time."""
        if self._virtual is None:
            self._open.close()
            self._local = None
            self._virtual = self._open.enter_context(virtual_system())
        return self._virtual
