"""The definition alone, with every task mocked by the scenarios' MockConfigFile."""

from __future__ import annotations

from typing import TYPE_CHECKING

from local.emulator.process import Emulator
from local.environment import local_client
from local.step_functions_local.mock_config import write
from local.step_functions_local.run_test_cases import differences
from local.step_functions_local.test_cases import cases_from_scenarios

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from local.simulation.all_scenarios import AllScenarios


def test_every_case_without_retries_runs_in_the_emulator_as_in_its_scenario(
    all_scenarios: AllScenarios, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The emulator gives every retry the response of the first try; AWS numbers each invocation."""
    cases = [case for case in cases_from_scenarios(all_scenarios) if not case.failed_tries]
    written = write(tmp_path, all_scenarios.definition, cases)
    monkeypatch.setenv("SFN_MOCK_CONFIG", str(written))

    with Emulator(time_scale=0) as emulator:
        states = local_client(emulator.url, "stepfunctions")
        assert differences(states, all_scenarios.definition, cases) == []
