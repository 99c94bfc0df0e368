"""`make demo`: runs one scenario on the emulator and prints it as it happens."""

from __future__ import annotations

import sys
import time
from pathlib import Path  # noqa: TC003 - typer reads it
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.text import Text

from local.emulator.process import LocalError
from local.emulator.system import LocalSystem
from local.full_settings import FULL_SETTINGS
from local.scenarios.console_timeline import TimelineView
from local.scenarios.emulator_runner import EmulatorRunner
from local.scenarios.file_kinds import ROSTER
from local.scenarios.files import (
    SCENARIOS_DIR,
    ScenarioError,
    read_event,
    read_text,
    scenario_names,
)
from local.scenarios.scenario import Scenario, read_scenario
from local.settings_file import local_settings, read_context
from local.stop_signals import stop_on_signals
from oncall.events.parse_event import incident_from_event
from oncall.events.replay_entry import EventError, replay_entry
from oncall.roster.model import RosterError
from oncall.roster.parsing.parser import parse

if TYPE_CHECKING:
    from collections.abc import Mapping

    from local.scenarios.result import ScenarioResult

DEFAULT_SCENARIO = "four-contacts"
#: Runs first, without output: in compressed time, the half second of a cold start would look like
#: twenty seconds.
WARM_UP_SCENARIO = Scenario(
    title="warm-up",
    roster={"contacts": [{"name": "Ana", "phone": "+14155550132"}]},
    phones={"Ana": {"press": {"keys": "1", "answer_after": 1, "key_after": 1}}},
)
console = Console(highlight=False, soft_wrap=True)


def main(  # noqa: PLR0913, PLR0917 - a command line's options
    scenario: Annotated[
        str, typer.Option(help="Which scenario; empty to list them.")
    ] = DEFAULT_SCENARIO,
    event: Annotated[Path | None, typer.Option(help="Your own event (JSON).")] = None,
    roster: Annotated[Path | None, typer.Option(help="Your own roster (YAML or JSON).")] = None,
    settings: Annotated[Path | None, typer.Option(help="Your own settings (cdk.json).")] = None,
    speed: Annotated[
        float, typer.Option(min=0.1, max=1000, help="Scenario seconds per real second.")
    ] = 40,
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="Of the emulator; 0 for any free one.")
    ] = 0,
) -> None:
    """Deploy Callout on this machine and run one scenario."""
    if scenario:
        deployed = local_settings(read_context(settings)) if settings else FULL_SETTINGS
        run(chosen_scenario(scenario, event, roster), deployed, speed, port)
    else:
        list_scenarios()


def list_scenarios() -> None:
    """List the scenarios."""
    for name in scenario_names():
        title = read_scenario(SCENARIOS_DIR / f"{name}.yaml").title
        console.print(f"  make demo SCENARIO={name:<36} {title}")


def chosen_scenario(name: str, event: Path | None, roster: Path | None) -> Scenario:
    """Return the scenario with the user's event and roster, if given."""
    if name not in scenario_names():
        raise ScenarioError(f"no scenario {name!r}; there are {', '.join(scenario_names())}")
    scenario = read_scenario(SCENARIOS_DIR / f"{name}.yaml")
    changes: dict[str, object] = {}
    if event:
        changes = {"title": f"{event}: {scenario.title}", "event": read_event(event)}
        changes |= {"webhook": None, "sns": None}
        replay_entry(changes["event"])  # EventError if it is not an event
        # The event's team, so that the roster is saved for the team that is paged.
        changes["team"] = incident_from_event(changes["event"], fallback_id="-").team
    if roster:
        text = read_text(roster, ROSTER)
        try:
            parse(text)
        except RosterError as error:
            raise ScenarioError(f"{roster}: {'; '.join(str(error).splitlines())}") from None
        # The scenario's phones do not fit: only the last contact answers.
        changes |= {"roster": text, "phones": {}}
        last = scenario.model_copy(update=changes).last_called()
        changes["title"] = f"{event or roster}: only {last} answers, and presses 1"
    return scenario.model_copy(update=changes)


def run(scenario: Scenario, settings: Mapping[str, Any], speed: float, port: int) -> None:
    """Start the local system, run the scenario, and print the result."""
    console.print(Text(f"\n{scenario.title}\n", style="bold"))
    began = time.monotonic()
    system = LocalSystem(
        time_scale=1 / speed,
        port=port,
        settings=settings,
        on_step=lambda step: console.print(f"  {step} ..."),
    )
    with system:
        console.print("  running a first page without output, to warm up the functions ...")
        EmulatorRunner(system).run_scenario(WARM_UP_SCENARIO)
        console.print(f"  ready after {time.monotonic() - began:.1f} s\n")
        sent = scenario.sent
        team = system.team_of(sent, scenario.team) if isinstance(sent, dict) else scenario.team
        scenario = scenario.model_copy(update={"team": team})
        view = TimelineView(console, scenario.names_by_number())
        result = EmulatorRunner(system).run_scenario(scenario, view)
    show_result(result, speed)


def show_result(result: ScenarioResult, speed: float) -> None:
    """Print the outcome, the notifications, and what to do next."""
    outcome = result.output.get("outcome", result.status)
    colour = "green" if outcome == "acknowledged" else "red"
    by = result.output.get("acknowledged_by")
    placed = len(result.calls)
    rules = ", ".join(result.events[0].rules)
    team = result.output.get("incident", {}).get("team", "")
    console.print(f"\n  rule {rules} matched; it pages the team {team}")
    console.print(
        Text.assemble(
            (f"  {outcome}", f"bold {colour}"),
            f" by {by}" if by else "",
            f" after {placed} call{'' if placed == 1 else 's'}",
            f"  ({result.seconds:.1f} s, {speed:g} times real time)",
        )
    )
    for notification in result.notifications:
        console.print(f"\n  SNS sent: {notification.subject}", style="bold")
        for line in notification.message.splitlines():
            console.print(Text(f"  | {line}"))
    console.print(
        "\n  Next: make demo SCENARIO=        lists the other scenarios"
        "\n        make demo EVENT=event.json ROSTER=roster.yaml   with your own"
        "\n        README.md, workflow/escalation.asl.json, tests/scenarios/"
    )


def command() -> int:
    """Run the command line; print errors in one line and return 2."""
    app = typer.Typer(add_completion=False)
    app.command()(main)
    stop_on_signals()
    try:
        app(standalone_mode=False)
    except (EventError, LocalError, ScenarioError) as error:
        sys.stderr.write(f"callout: {error}\n")
        return 2
    except typer.TyperException as error:
        sys.stderr.write(f"callout: {error.format_message()}\n")
        return 2
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(command())
