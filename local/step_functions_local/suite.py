"""All stories in a Step Functions of one's own: each task answered from the file, and live."""

from __future__ import annotations

import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import boto3

from local.environment import client_settings
from local.scenarios import expectation
from local.scenarios.emulator_runner import tell
from local.scenarios.files import SCENARIOS_DIR
from local.scenarios.scenario import read_scenario
from local.step_functions_local.cases import cases_of
from local.step_functions_local.engine import Surroundings
from local.step_functions_local.mock_config import mock_config
from local.step_functions_local.running import MACHINE, differences

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from local.step_functions_local.cases import Case
    from local.step_functions_local.engine import EngineMaker
    from local.system import LocalSystem
    from local.virtual.every_story import EveryStory


def cases_of_stories(told: EveryStory) -> list[Case]:
    """Make the cases of what the stories came to."""
    return [case for name in told.endings for case in cases_of(name, told.histories(name))]


def write(folder: Path, definition: str, cases: Sequence[Case]) -> Path:
    """Write what it takes to run the cases by hand: MockConfigFile.json, whose path is given.

    Beside it are definition.json and the input of each case: inputs/FirstAnswers.json.
    """
    (folder / "inputs").mkdir(parents=True, exist_ok=True)
    for old in (folder / "inputs").glob("*.json"):
        old.unlink()
    (folder / "definition.json").write_text(definition, encoding="utf-8")
    for case in cases:
        (folder / "inputs" / f"{case.name}.json").write_text(_json(case.given), encoding="utf-8")
    written = folder / "MockConfigFile.json"
    written.write_text(_json(mock_config(MACHINE, cases)), encoding="utf-8")
    return written


def answered_from_file(engine: EngineMaker, definition: str, cases: Sequence[Case]) -> list[str]:
    """Run the cases; say where one ends otherwise than its story."""
    with TemporaryDirectory(prefix="callout-") as folder:
        written = write(Path(folder), definition, cases)
        with engine(Surroundings(time_scale=0, mock_config=written)) as elsewhere:
            states: Any = boto3.client("stepfunctions", **client_settings(elsewhere.url))  # type: ignore[call-overload]
            return differences(states, definition, cases)


def live(
    system: LocalSystem, engine: EngineMaker, names: Sequence[str]
) -> Iterator[tuple[str, list[str]]]:
    """Tell stories with the state machine elsewhere; say of each where it ends otherwise.

    A story whose execution is to fail is left out: EventBridge is not told of that elsewhere.
    """
    stories = {name: read_scenario(SCENARIOS_DIR / f"{name}.yaml") for name in names}
    with system.states_in(engine):
        for name, story in stories.items():
            if story.expect.status == "SUCCEEDED":
                yield name, expectation.differences(tell(system, story), story)


def _json(value: object) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"
