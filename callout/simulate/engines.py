"""The engines that run scenarios: virtual time in this process, or the emulator."""

from __future__ import annotations

import os
from contextlib import contextmanager
from enum import StrEnum
from typing import TYPE_CHECKING

from local.environment import NOWHERE, local_environment

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from local.scenarios.runner import ScenarioRunner

#: Scenario seconds per real second on the emulator; faster, and its own steps would seem long.
SPEED = 40


class Engine(StrEnum):
    """Where scenarios run."""

    VIRTUAL = "virtual"
    EMULATOR = "emulator"


@contextmanager
def open_engine(engine: Engine, say: Callable[[str], None]) -> Iterator[ScenarioRunner]:
    """Start an engine, and stop it at the end.

    Args:
        engine: which.
        say: called with each step of the start, which takes seconds.

    Raises:
        LocalError: it does not start.
    """
    from unittest.mock import patch  # noqa: PLC0415 - slow to import, and other commands wait

    start = _virtual if engine is Engine.VIRTUAL else _emulator
    with patch.dict(os.environ, local_environment(NOWHERE), clear=True), start(say) as runner:
        yield runner


@contextmanager
def _virtual(say: Callable[[str], None]) -> Iterator[ScenarioRunner]:
    say("reading the state machine and the functions (the first time takes some seconds more)")
    from local.simulation.system import VirtualSystem  # noqa: PLC0415 - moto takes a second

    with VirtualSystem() as system:
        yield system


@contextmanager
def _emulator(say: Callable[[str], None]) -> Iterator[ScenarioRunner]:
    from local.demo import WARM_UP_SCENARIO  # noqa: PLC0415
    from local.emulator.system import LocalSystem  # noqa: PLC0415
    from local.scenarios.emulator_runner import EmulatorRunner  # noqa: PLC0415

    with LocalSystem(time_scale=1 / SPEED, say=say) as system:
        runner = EmulatorRunner(system)
        say("a first page, unseen, so that the functions are warm")
        runner.run_scenario(WARM_UP_SCENARIO)
        yield runner
