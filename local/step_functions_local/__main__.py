"""`make mock-config` and `make test-sfn-local`."""

from __future__ import annotations

import sys
from argparse import ArgumentParser

from rich.console import Console

from local.emulator.process import LocalError
from local.environment import ROOT
from local.simulation.all_scenarios import run_all_scenarios
from local.step_functions_local.container import container, docker_problem
from local.step_functions_local.mock_config import write
from local.step_functions_local.run_test_cases import differences
from local.step_functions_local.test_cases import cases_of_stories

#: In the CDK's own folder, so that `make clean` removes it: it changes with every story.
FOLDER = ROOT / "cdk.out" / "step-functions-local"
SCREEN = Console(highlight=False, soft_wrap=True, markup=False)


def main() -> int:
    """Write the MockConfigFile, run its cases in the container, and fail if any ends otherwise."""
    parser = ArgumentParser(prog="python -m local.step_functions_local")
    parser.add_argument("--write", action="store_true", help="write the MockConfigFile, no more")
    write_only = parser.parse_args().write
    if not write_only and (problem := docker_problem()):
        SCREEN.print(f"Step Functions Local: skipped, {problem}")
        return 0
    try:
        told = run_all_scenarios()
        cases = cases_of_stories(told)
        written = write(FOLDER, told.definition, cases)
        size = written.stat().st_size
        SCREEN.print(f"{written.relative_to(ROOT)}: {len(cases)} cases, {size / 1024:,.0f} KiB")
        if write_only:
            return 0
        with container(written) as states:
            found = differences(states, told.definition, cases)
    except LocalError as error:
        SCREEN.print(f"Step Functions Local: {error}")
        return 1
    SCREEN.print(f"{len(cases)} cases in Step Functions Local: {len(found)} differences")
    for one in found:
        SCREEN.print(f"  {one}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
