"""The transcript does not depend on the engine."""

from __future__ import annotations

from typing import TYPE_CHECKING

from callout.simulate.command import Engine
from callout.simulate.run_scenarios import open_engine
from callout.simulate.transcript import build_transcript
from local.scenarios.emulator_runner import EmulatorRunner
from tests.cli.test_simulate import ALARM, OK

if TYPE_CHECKING:
    from callout.simulate.transcript import Transcript
    from local.emulator.system import LocalSystem


def test_emulator_and_simulation_have_the_same_transcript(system: LocalSystem) -> None:
    # Whether the alarm is OK before anyone acknowledges depends on the machine.
    also = [later for later in ALARM.also if later.event != OK]
    scenario = ALARM.model_copy(update={"also": also})
    with open_engine(Engine.VIRTUAL, lambda _: None) as runner:
        virtual = build_transcript(runner.run_scenario(scenario), scenario)
    emulated = build_transcript(EmulatorRunner(system).run_scenario(scenario), scenario)
    assert emulated.summary == virtual.summary
    assert done_by_people(emulated) == done_by_people(virtual)
    assert len(done_by_people(virtual)) == 12
    assert emulated.result.spoken == virtual.result.spoken
    assert emulated.result.other_outcomes == virtual.result.other_outcomes


def done_by_people(transcript: Transcript) -> list[str]:
    """Return who is called why, and what they do, and the events; repetitions depend on timing."""
    return sorted(
        f"{line.who} {line.what}"
        for line in transcript.lines
        if line.who.startswith(("call ", "event")) or line.what in ("rings", "answers", "presses 1")
    )
