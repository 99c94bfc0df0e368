"""The command line of `callout simulate`."""

from __future__ import annotations

import json
import sys
from enum import StrEnum
from typing import Annotated

import typer

from callout.errors import CommandError
from callout.options import Json  # noqa: TC001 - typer reads it
from oncall.incident import DEFAULT_TEAM

Names = list[str]


class Engine(StrEnum):
    """Where scenarios run."""

    VIRTUAL = "virtual"
    EMULATOR = "emulator"


def simulate(  # noqa: PLR0913 - a command line's options
    files: Annotated[
        list[str] | None,
        typer.Argument(help="Scenario files (YAML): docs/scenarios.md.", metavar="FILE…"),
    ] = None,
    *,
    roster: Annotated[
        str | None, typer.Option(metavar="FILE", help="Use this roster, not scenario files.")
    ] = None,
    event: Annotated[
        str,
        typer.Option(metavar="NAME", help="An event in tests/fixtures/events, or a .json file."),
    ] = "",
    team: Annotated[str, typer.Option(help="Team of the roster.")] = DEFAULT_TEAM,
    at: Annotated[
        str | None,
        typer.Option(metavar="TIME", help="Time in the roster's time zone; default: now."),
    ] = None,
    answers: Annotated[
        Names | None, typer.Option(metavar="NAME", help="Contact who presses 1; repeatable.")
    ] = None,
    voicemail: Annotated[
        Names | None,
        typer.Option(metavar="NAME", help="Contact whose voicemail answers; repeatable."),
    ] = None,
    declines: Annotated[
        Names | None, typer.Option(metavar="NAME", help="Contact who presses 2; repeatable.")
    ] = None,
    nobody_answers: Annotated[
        bool, typer.Option("--nobody-answers", help="No contact answers (the default).")
    ] = False,
    settings: Annotated[
        str | None,
        typer.Option(metavar="FILE", help="Use the settings in a cdk.json, not all features."),
    ] = None,
    engine: Annotated[
        Engine, typer.Option(help="virtual: simulation, fast; emulator: the whole deployment.")
    ] = Engine.VIRTUAL,
    schema: Annotated[
        bool, typer.Option("--schema", help="Print a JSON Schema of scenarios, for editors.")
    ] = False,
    in_json: Json = False,
) -> None:
    """Run scenarios or try a roster on this machine, and show all calls and the outcome.

    The real state machine and functions run; phones are simulated. Needs neither AWS nor network.

    Exits with 1 if a scenario does not end as its file expects.
    """
    if schema:
        from callout.simulate.json_schema import scenario_schema

        sys.stdout.write(json.dumps(scenario_schema(), indent=2, ensure_ascii=False) + "\n")
        return
    from callout.simulate.run_scenarios import run_files, try_roster
    from callout.simulate.scenario_from_options import SimulateOptions
    from local.emulator.process import LocalError

    contacts = (answers or [], voicemail or [], declines or [])
    if nobody_answers and any(contacts):
        raise CommandError(
            "--nobody-answers cannot be combined with --answers, --voicemail or --declines"
        )
    options = SimulateOptions(event, team, at, *contacts)
    try:
        if roster is not None:
            if files:
                raise CommandError("use either --roster or scenario files, not both")
            try_roster(roster, options, engine, settings, in_json=in_json)
        elif nobody_answers or options != SimulateOptions(answers=[], voicemail=[], declines=[]):
            raise CommandError(
                "--event, --team, --at and the options for contacts need --roster; scenario files"
                " contain these settings"
            )
        else:
            run_files(files or [], engine, settings, in_json=in_json)
    except LocalError as error:
        raise CommandError(str(error)) from None
