"""The engines that run scenarios: the simulation in this process, or the emulator."""

from __future__ import annotations

import os
from contextlib import contextmanager
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from local.environment import NOWHERE, local_environment
from local.full_settings import FULL_SETTINGS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from local.scenarios.runner import ScenarioRunner

#: Scenario seconds per real second on the emulator; at higher speeds its own delays distort the
#: scenario.
SPEED = 40


class Engine(StrEnum):
    """Where scenarios run."""

    VIRTUAL = "virtual"
    EMULATOR = "emulator"


@contextmanager
def open_engine(
    engine: Engine,
    on_progress: Callable[[str], None],
    settings: Mapping[str, Any] = FULL_SETTINGS,
) -> Iterator[ScenarioRunner]:
    """Start an engine, and stop it at the end.

    `on_progress` is called with each step of the start, which takes seconds. `settings` are those
    of the deployment; by default every feature is enabled.

    Raises:
        LocalError: it does not start.
    """
    from unittest.mock import patch

    start = _virtual if engine is Engine.VIRTUAL else _emulator
    environment = local_environment(NOWHERE)
    with patch.dict(os.environ, environment, clear=True), start(on_progress, settings) as runner:
        yield runner


@contextmanager
def _virtual(
    on_progress: Callable[[str], None], settings: Mapping[str, Any]
) -> Iterator[ScenarioRunner]:
    on_progress("loading the state machine and the functions (slower the first time)")
    from local.simulation.system import VirtualSystem

    with VirtualSystem(settings=settings) as system:
        yield system


@contextmanager
def _emulator(
    on_progress: Callable[[str], None], settings: Mapping[str, Any]
) -> Iterator[ScenarioRunner]:
    from local.demo import WARM_UP_SCENARIO
    from local.emulator.system import LocalSystem
    from local.scenarios.emulator_runner import EmulatorRunner
    from local.stop_signals import stop_on_signals

    stop_on_signals()
    with LocalSystem(time_scale=1 / SPEED, on_step=on_progress, settings=settings) as system:
        runner = EmulatorRunner(system)
        on_progress("warming up the functions with a first page")
        runner.run_scenario(WARM_UP_SCENARIO)
        yield runner
