"""The transcript does not depend on the engine."""

from __future__ import annotations

from typing import TYPE_CHECKING

from callout.simulate.engines import Engine, open_engine
from callout.simulate.transcript import build_transcript
from local.scenarios.emulator_runner import EmulatorRunner
from local.scenarios.files import SCENARIOS_DIR
from local.scenarios.scenario import read_scenario

if TYPE_CHECKING:
    from callout.simulate.transcript import Transcript
    from local.emulator.system import LocalSystem


def test_emulator_and_simulation_have_the_same_transcript(system: LocalSystem) -> None:
    scenario = read_scenario(SCENARIOS_DIR / "voicemail.yaml")
    with open_engine(Engine.VIRTUAL, lambda _: None) as runner:
        virtual = build_transcript(runner.run_scenario(scenario), scenario)
    emulated = build_transcript(EmulatorRunner(system).run_scenario(scenario), scenario)
    assert emulated.summary == virtual.summary
    assert done_by_people(emulated) == done_by_people(virtual)
    assert len(done_by_people(virtual)) == 7


def done_by_people(transcript: Transcript) -> list[str]:
    """Return who is called why, and what they do; repetitions depend on the timing."""
    return [
        f"{line.who} {line.what}"
        for line in transcript.lines
        if line.who.startswith("call ") or line.what in ("rings", "answers", "presses 1")
    ]
