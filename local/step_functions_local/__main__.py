"""`make mock-config` and `make test-sfn-local`."""

from __future__ import annotations

import sys
from argparse import ArgumentParser

from rich.console import Console

from local.emulator.process import LocalError
from local.environment import ROOT
from local.simulation.all_scenarios import run_all_scenarios
from local.step_functions_local.container import container, docker_problem
from local.step_functions_local.mock_config import cases_from_scenarios, write
from local.step_functions_local.run_test_cases import differences

#: In the CDK's folder, so that `make clean` removes it: it changes with every scenario.
FOLDER = ROOT / "cdk.out" / "step-functions-local"
console = Console(highlight=False, soft_wrap=True, markup=False)


def main() -> int:
    """Write the MockConfigFile, run its test cases in the container, and fail on differences."""
    parser = ArgumentParser(prog="python -m local.step_functions_local")
    parser.add_argument("--write", action="store_true", help="only write the MockConfigFile")
    write_only = parser.parse_args().write
    if not write_only and (problem := docker_problem()):
        console.print(f"Step Functions Local: skipped, {problem}")
        return 0
    try:
        scenarios = run_all_scenarios()
        cases = cases_from_scenarios(scenarios)
        path = write(FOLDER, scenarios.definition, cases)
        size = path.stat().st_size / 1024
        console.print(f"{path.relative_to(ROOT)}: {len(cases)} test cases, {size:,.0f} KiB")
        if write_only:
            return 0
        with container(path) as states:
            found = differences(states, scenarios.definition, cases)
    except LocalError as error:
        console.print(f"Step Functions Local: {error}")
        return 1
    console.print(f"{len(cases)} test cases in Step Functions Local: {len(found)} differences")
    for difference in found:
        console.print(f"  {difference}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
