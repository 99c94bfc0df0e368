"""`make mock-config` and `make test-sfn-local`."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from typing import TYPE_CHECKING

from rich.console import Console

from local.emulator import LocalError
from local.environment import ROOT
from local.scenarios.files import scenario_names
from local.step_functions_local.container import Container, lacking
from local.step_functions_local.stand_in import StandIn
from local.step_functions_local.suite import answered_from_file, cases_of_stories, live, write
from local.system import LocalSystem
from local.virtual.every_story import every_story

if TYPE_CHECKING:
    from local.step_functions_local.engine import EngineMaker

#: The CDK's own folder, so that `make clean` takes it away: it changes with every story.
FOLDER = ROOT / "cdk.out" / "step-functions-local"
#: Real seconds per second of a story, as in the tests.
TIME_SCALE = 1 / 40
SCREEN = Console(highlight=False, soft_wrap=True, markup=False)


def main() -> int:
    """Write the file, or run everything and fail where a story ends otherwise."""
    parser = ArgumentParser(prog="python -m local.step_functions_local")
    parser.add_argument("--write", action="store_true", help="write the MockConfigFile, no more")
    parser.add_argument("--stand-in", action="store_true", help="the emulator, without Docker")
    options = parser.parse_args()
    engine: EngineMaker = StandIn if options.stand_in else Container
    try:
        if options.write:
            _write()
            return 0
        if engine is Container and (why := lacking()):
            SCREEN.print(f"Step Functions Local: skipped, {why}")
            return 0
        wrong = _run(engine)
    except LocalError as error:
        SCREEN.print(f"Step Functions Local: {error}")
        return 1
    for one in wrong:
        SCREEN.print(f"  {one}")
    return 1 if wrong else 0


def _write() -> None:
    told = every_story()
    cases = cases_of_stories(told)
    written = write(FOLDER, told.definition, cases)
    size = written.stat().st_size
    SCREEN.print(f"{written.relative_to(ROOT)}: {len(cases)} cases, {size / 1024:,.0f} KiB")


def _run(engine: EngineMaker) -> list[str]:
    """Give what ended otherwise, a line each."""
    told = every_story()
    cases = cases_of_stories(told)
    wrong = answered_from_file(engine, told.definition, cases)
    SCREEN.print(f"{len(cases)} cases, each task answered from the file: {len(wrong)} differences")
    with LocalSystem(time_scale=TIME_SCALE) as system:
        for name, found in live(system, engine, scenario_names()):
            SCREEN.print(f"{name}: {'; '.join(found) or 'as told'}")
            wrong += [f"{name}: {one}" for one in found]
    return wrong


if __name__ == "__main__":
    sys.exit(main())
