"""The command line of `callout simulate`."""

from __future__ import annotations

import json
import sys
from typing import Annotated

import typer

from callout.errors import CommandError
from callout.options import Json  # noqa: TC001 - typer reads it
from callout.simulate.engines import Engine
from oncall.incident import DEFAULT_TEAM

Names = list[str]


def simulate(  # noqa: PLR0913 - a command line's options
    files: Annotated[
        list[str] | None,
        typer.Argument(help="Scenarios, YAML: docs/scenarios.md.", metavar="FILE…"),
    ] = None,
    *,
    roster: Annotated[
        str | None, typer.Option(metavar="FILE", help="In place of scenarios: try this roster.")
    ] = None,
    event: Annotated[
        str,
        typer.Option(
            metavar="NAME", help="Which of tests/fixtures/events happens, or a .json file."
        ),
    ] = "",
    team: Annotated[str, typer.Option(help="Whose roster it is.")] = DEFAULT_TEAM,
    at: Annotated[
        str | None, typer.Option(metavar="TIME", help="Local time of the roster; default now.")
    ] = None,
    answers: Annotated[
        Names | None, typer.Option(metavar="NAME", help="Who presses 1; again for another.")
    ] = None,
    voicemail: Annotated[
        Names | None, typer.Option(metavar="NAME", help="Whose voicemail answers.")
    ] = None,
    declines: Annotated[Names | None, typer.Option(metavar="NAME", help="Who presses 2.")] = None,
    nobody_answers: Annotated[
        bool, typer.Option("--nobody-answers", help="All let it ring; so do all who are not named.")
    ] = False,
    engine: Annotated[
        Engine, typer.Option(help="Virtual time takes a moment; the emulator is the whole system.")
    ] = Engine.VIRTUAL,
    schema: Annotated[
        bool, typer.Option("--schema", help="Print a JSON Schema of scenarios, for editors.")
    ] = False,
    in_json: Json = False,
) -> None:
    """Run scenarios, or try a roster, on this machine: who is called, and what comes of it.

    The real state machine and functions run; phones are simulated. Needs neither AWS nor network.

    Ends with 1 if a scenario does not end as its file expects.
    """
    if schema:
        from callout.simulate.schema import schema as made  # noqa: PLC0415

        sys.stdout.write(json.dumps(made(), indent=2, ensure_ascii=False) + "\n")
        return
    # What runs scenarios is slow to import.
    from callout.simulate.run import run_files, try_roster  # noqa: PLC0415
    from callout.simulate.scenario_from_options import SimulateOptions  # noqa: PLC0415
    from local.emulator.process import LocalError  # noqa: PLC0415

    given = (answers or [], voicemail or [], declines or [])
    if nobody_answers and any(given):
        raise CommandError("--nobody-answers, and somebody is named: give one of the two")
    options = SimulateOptions(event, team, at, *given)
    try:
        if roster is not None:
            if files:
                raise CommandError(
                    "--roster asks about one roster: give it, or scenarios, not both"
                )
            try_roster(roster, options, engine, in_json=in_json)
        elif nobody_answers or options != SimulateOptions(answers=[], voicemail=[], declines=[]):
            raise CommandError(
                "--event, --team, --at and who answers need --roster: a scenario says them"
            )
        else:
            run_files(files or [], engine, in_json=in_json)
    except LocalError as error:
        raise CommandError(str(error)) from None
