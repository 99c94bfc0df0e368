"""Tells what was asked for: stories, or what becomes of a page by a roster."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import typer

from callout.errors import CommandError
from callout.options import FOUND, print_json
from callout.roster.check import findings, tell
from callout.roster.parameter_store import ADVANCED, LIMITS
from callout.roster.roster_file import draft, judge, read_text
from callout.simulate.engine import Engine
from callout.simulate.engines import teller
from callout.simulate.scenario_from_options import Asked, story_of
from callout.simulate.telling import tell_sum, tell_tale, tell_title
from callout.simulate.transcript import tale_of
from local.emulator import LocalError
from local.scenarios.files import ScenarioError
from local.scenarios.scenario import Scenario, read_scenario


def tell_roster(file: str, asked: Asked, engine: Engine, *, in_json: bool) -> None:
    """Try a roster; raises CommandError where that cannot be."""
    text = read_text(file)
    judged = judge(text, LIMITS[ADVANCED])
    found = findings(file, text, LIMITS[ADVANCED])
    if judged.roster is None:
        tell(found, in_json=in_json)
        raise typer.Exit(FOUND)
    if asked.at is not None and engine is Engine.EMULATOR:
        raise CommandError("--at: the emulator lives now: leave it out, or --engine emulator")
    story = story_of(judged.roster, draft(text).body, asked)
    if engine is Engine.EMULATOR:
        story = story.model_copy(update={"at": None})
    with teller(engine, _say) as tell_story:
        tale = tale_of(tell_story(story))
    if in_json:
        print_json({"title": story.title} | tale.to_json())
        return
    tell(found, in_json=False)
    tell_title("", story.title)
    tell_tale(tale, judged=False)
    whose = tale.ending.output.get("incident", {}).get("team", asked.team)
    if whose != asked.team:
        typer.echo(
            f"callout: this event pages the team {whose}, whose roster is another: --team {whose}",
            err=True,
        )
        raise typer.Exit(FOUND)


def tell_files(files: list[str], engine: Engine, *, in_json: bool) -> None:
    """Tell stories, and say whether each ended as it expects; raises CommandError."""
    if not files:
        raise CommandError("give story files, or --roster FILE: docs/scenarios.md shows both")
    stories, unread = _read(files)
    shown: list[dict[str, Any]] = [{"file": file, "error": said} for file, said in unread.items()]
    otherwise = 0
    if stories:
        with teller(engine, _say) as tell_story:
            for file, story in stories.items():
                if not in_json:
                    tell_title(file, story.title)
                try:
                    tale = tale_of(tell_story(story))
                except LocalError as error:
                    unread[file] = f"{file}: {error}"
                    typer.echo(f"callout: {unread[file]}", err=True)
                    shown.append({"file": file, "error": str(error)})
                    continue
                judged = "expect" in story.model_fields_set
                otherwise += bool(judged and tale.differences)
                shown.append({"file": file, "title": story.title} | tale.to_json())
                if not in_json:
                    tell_tale(tale, judged=judged)
    if in_json:
        print_json(shown)
    else:
        tell_sum(len(files) - len(unread), otherwise, len(unread))
    if otherwise or unread:
        raise typer.Exit(FOUND)


def _read(files: list[str]) -> tuple[dict[str, Scenario], dict[str, str]]:
    """Read every file before a story is told; say what is wrong with those that cannot be."""
    stories: dict[str, Scenario] = {}
    wrong: dict[str, str] = {}
    for file in files:
        try:
            stories[file] = read_scenario(Path(file))
        except ScenarioError as error:
            wrong[file] = str(error)
            typer.echo(str(error), err=True)
    return stories, wrong


def _say(step: str) -> None:
    typer.echo(f"{step} ...", err=True)
