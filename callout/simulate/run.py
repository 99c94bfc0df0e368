"""Run scenario files, or the scenario that options describe."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import typer

from callout.errors import CommandError
from callout.options import FOUND, print_json
from callout.roster.check import findings, tell
from callout.roster.parameter_store import ADVANCED, LIMITS
from callout.roster.roster_file import draft, judge, read_text
from callout.simulate.engines import Engine, open_engine
from callout.simulate.scenario_from_options import SimulateOptions, scenario_from_options
from callout.simulate.telling import print_summary, print_title, print_transcript
from callout.simulate.transcript import build_transcript
from local.emulator.process import LocalError
from local.scenarios.files import ScenarioError
from local.scenarios.scenario import Scenario, read_scenario


def try_roster(file: str, options: SimulateOptions, engine: Engine, *, in_json: bool) -> None:
    """Try a roster; raise CommandError if that is not possible."""
    text = read_text(file)
    judged = judge(text, LIMITS[ADVANCED])
    found = findings(file, text, LIMITS[ADVANCED])
    if judged.roster is None:
        tell(found, in_json=in_json)
        raise typer.Exit(FOUND)
    if options.at is not None and engine is Engine.EMULATOR:
        raise CommandError("--at: the emulator lives now: leave it out, or --engine emulator")
    scenario = scenario_from_options(judged.roster, draft(text).body, options)
    if engine is Engine.EMULATOR:
        scenario = scenario.model_copy(update={"at": None})
    with open_engine(engine, _say) as runner:
        transcript = build_transcript(runner.run_scenario(scenario), scenario)
    if in_json:
        print_json({"title": scenario.title} | transcript.to_json())
        return
    tell(found, in_json=False)
    print_title("", scenario.title)
    print_transcript(transcript, judged=False)
    whose = transcript.result.output.get("incident", {}).get("team", options.team)
    if whose != options.team:
        typer.echo(
            f"callout: this event pages the team {whose}, whose roster is another: --team {whose}",
            err=True,
        )
        raise typer.Exit(FOUND)


def run_files(files: list[str], engine: Engine, *, in_json: bool) -> None:
    """Run scenarios, and print whether each ended as it expects; raise CommandError."""
    if not files:
        raise CommandError("give scenario files, or --roster FILE: docs/scenarios.md shows both")
    scenarios, unread = _read(files)
    shown: list[dict[str, Any]] = [{"file": file, "error": said} for file, said in unread.items()]
    otherwise = 0
    if scenarios:
        with open_engine(engine, _say) as runner:
            for file, scenario in scenarios.items():
                if not in_json:
                    print_title(file, scenario.title)
                try:
                    transcript = build_transcript(runner.run_scenario(scenario), scenario)
                except LocalError as error:
                    unread[file] = f"{file}: {error}"
                    typer.echo(f"callout: {unread[file]}", err=True)
                    shown.append({"file": file, "error": str(error)})
                    continue
                judged = "expect" in scenario.model_fields_set
                otherwise += bool(judged and transcript.differences)
                shown.append({"file": file, "title": scenario.title} | transcript.to_json())
                if not in_json:
                    print_transcript(transcript, judged=judged)
    if in_json:
        print_json(shown)
    else:
        print_summary(len(files) - len(unread), otherwise, len(unread))
    if otherwise or unread:
        raise typer.Exit(FOUND)


def _read(files: list[str]) -> tuple[dict[str, Scenario], dict[str, str]]:
    """Read every file before the first scenario runs; return the errors of the others."""
    scenarios: dict[str, Scenario] = {}
    wrong: dict[str, str] = {}
    for file in files:
        try:
            scenarios[file] = read_scenario(Path(file))
        except ScenarioError as error:
            wrong[file] = str(error)
            typer.echo(str(error), err=True)
    return scenarios, wrong


def _say(step: str) -> None:
    typer.echo(f"{step} ...", err=True)
