"""Run scenario files, or the scenario that options describe."""

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import typer

from callout.errors import CommandError
from callout.options import FOUND, print_json
from callout.roster.check import find_problems, print_problems
from callout.roster.parameter_store import ADVANCED, LIMITS
from callout.roster.roster_file import parse_roster_file, read_text, validate
from callout.simulate.command import Engine
from callout.simulate.output import (
    print_summary,
    print_title,
    print_transcript,
    print_verdict,
)
from callout.simulate.scenario_from_options import SimulateOptions, scenario_from_options
from callout.simulate.transcript import Transcript, build_transcript
from local.emulator.process import LocalError
from local.environment import NOWHERE, local_environment
from local.full_settings import FULL_SETTINGS
from local.scenarios.files import ScenarioError
from local.scenarios.runner import ScenarioRunner
from local.scenarios.scenario import Scenario, read_scenario
from local.settings_file import local_settings, read_context
from workflow.settings.settings import Settings, SettingsError


def try_roster(
    file: str, options: SimulateOptions, engine: Engine, settings: str | None, *, in_json: bool
) -> None:
    """Run the scenario that the options describe; raise CommandError if that is not possible."""
    _deployed(settings)
    text = read_text(file)
    roster = validate(text, LIMITS[ADVANCED]).roster
    problems = find_problems(file, text, LIMITS[ADVANCED])
    if roster is None:
        print_problems(problems, in_json=in_json)
        raise typer.Exit(FOUND)
    if options.at is not None and engine is Engine.EMULATOR:
        raise CommandError("--at: the emulator runs in real time: omit --at or --engine emulator")
    scenario = scenario_from_options(roster, parse_roster_file(text).body, options)
    if engine is Engine.EMULATOR:
        scenario = scenario.model_copy(update={"at": None})
    with open_engine(engine, _print_progress, _deployed(settings)) as runner:
        transcript = build_transcript(runner.run_scenario(scenario), scenario)
    if in_json:
        print_json({"title": scenario.title} | transcript.to_json())
        _require_called(transcript, options)
        return
    print_problems(problems, in_json=False)
    print_title("", scenario.title)
    print_transcript(transcript)
    _require_called(transcript, options)
    paged = transcript.result.output.get("incident", {}).get("team", options.team)
    if paged != options.team:
        typer.echo(
            f"callout: this event pages the team {paged}, not {options.team}: use --team {paged}",
            err=True,
        )
        raise typer.Exit(FOUND)


def _deployed(file: str | None) -> dict[str, Any]:
    """Return the settings in a cdk.json, by default all features; raise CommandError."""
    if file is None:
        return FULL_SETTINGS
    try:
        context = read_context(Path(file))
        Settings.from_app_context(context)
    except (ScenarioError, SettingsError) as error:
        lines = [line.removeprefix(f"{file}: ") for line in str(error).splitlines()]
        raise CommandError(f"{file}: {'; '.join(lines)}") from None
    return local_settings(context)


def _require_called(transcript: Transcript, options: SimulateOptions) -> None:
    """Exit with 1 if the options say what a contact does who is not called."""
    called = {
        call["contact"]
        for execution in transcript.result.executions
        for entered in execution.states
        if entered.name == "PlaceCall"
        for call in entered.input["plan"]["calls"]
    }
    named = (*options.answers, *options.voicemail, *options.declines)
    if missing := [name for name in named if name not in called]:
        who = ", ".join(missing)
        instead = ", ".join(sorted(called)) or "nobody"
        typer.echo(f"callout: not called: {who}; this page calls {instead}", err=True)
        raise typer.Exit(FOUND)


def run_files(files: list[str], engine: Engine, settings: str | None, *, in_json: bool) -> None:
    """Run scenario files, and print whether each ended as expected."""
    if not files:
        raise CommandError("use scenario files or --roster FILE: see docs/scenarios.md")
    scenarios, errors = _read(files)
    printed: list[dict[str, Any]] = [
        {"file": file, "error": error} for file, error in errors.items()
    ]
    unchecked = unexpected = 0
    if scenarios:
        with open_engine(engine, _print_progress, _deployed(settings)) as runner:
            for file, scenario in scenarios.items():
                if not in_json:
                    print_title(file, scenario.title)
                try:
                    transcript = build_transcript(runner.run_scenario(scenario), scenario)
                except LocalError as error:
                    errors[file] = f"{file}: {error}"
                    typer.echo(f"callout: {errors[file]}", err=True)
                    printed.append({"file": file, "error": str(error)})
                    continue
                unchecked += not transcript.checked
                unexpected += bool(transcript.differences)
                printed.append({"file": file, "title": scenario.title} | transcript.to_json())
                if not in_json:
                    print_transcript(transcript)
                    print_verdict(transcript)
    if in_json:
        print_json(printed)
    else:
        print_summary(len(files) - len(errors), unchecked, unexpected, len(errors))
    if unexpected or errors:
        raise typer.Exit(FOUND)


def _read(files: list[str]) -> tuple[dict[str, Scenario], dict[str, str]]:
    """Read all files before the first scenario runs; return the scenarios, and errors by file."""
    scenarios: dict[str, Scenario] = {}
    errors: dict[str, str] = {}
    for file in files:
        try:
            scenarios[file] = read_scenario(Path(file))
        except ScenarioError as error:
            errors[file] = str(error)
            typer.echo(str(error), err=True)
    return scenarios, errors


def _print_progress(step: str) -> None:
    typer.echo(f"{step} ...", err=True)


#: Scenario seconds per real second on the emulator; at higher speeds its own delays distort the
#: scenario.
SPEED = 40


@contextmanager
def open_engine(
    engine: Engine,
    on_progress: Callable[[str], None],
    settings: Mapping[str, Any] = FULL_SETTINGS,
) -> Iterator[ScenarioRunner]:
    """Start an engine, and stop it at the end; raise LocalError if it does not start.

    `on_progress` is called with each step of the start, which takes seconds.
    """
    from unittest.mock import patch

    start = _virtual if engine is Engine.VIRTUAL else _emulator
    environment = local_environment(NOWHERE)
    with patch.dict(os.environ, environment, clear=True), start(on_progress, settings) as runner:
        yield runner


@contextmanager
def _virtual(
    on_progress: Callable[[str], None], settings: Mapping[str, Any]
) -> Iterator[ScenarioRunner]:
    on_progress("loading the state machine and the functions (slower the first time)")
    from local.simulation.system import VirtualSystem

    with VirtualSystem(settings=settings) as system:
        yield system


@contextmanager
def _emulator(
    on_progress: Callable[[str], None], settings: Mapping[str, Any]
) -> Iterator[ScenarioRunner]:
    from local.demo import WARM_UP_SCENARIO
    from local.emulator.system import LocalSystem
    from local.scenarios.emulator_runner import EmulatorRunner
    from local.stop_signals import stop_on_signals

    stop_on_signals()
    with LocalSystem(time_scale=1 / SPEED, on_step=on_progress, settings=settings) as system:
        runner = EmulatorRunner(system)
        on_progress("warming up the functions with a first page")
        runner.run_scenario(WARM_UP_SCENARIO)
        yield runner
