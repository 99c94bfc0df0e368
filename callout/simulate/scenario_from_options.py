"""Build a scenario from a roster and the options of `callout simulate`."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from callout.commands.call import find_contact
from callout.errors import CommandError
from callout.roster.calendar import utc_now
from callout.roster.on_call import format_local_and_utc, parse_time
from local.did_you_mean import did_you_mean
from local.scenarios.files import EVENTS, ScenarioError, event_names, read_event
from local.scenarios.scenario import Scenario
from oncall.incident import DEFAULT_TEAM
from oncall.roster.model import Roster

DEFAULT_EVENT = "root-sign-in"
#: The event for other teams, to which no other trigger routes here: a page by `callout page`.
_PAGE = "callout-page"


@dataclass(frozen=True)
class SimulateOptions:
    """The options on the command line."""

    # a name from tests/fixtures/events, or a JSON file; "" for the team's default event
    event: str = ""
    team: str = DEFAULT_TEAM
    at: str | None = None  # when the event occurs; None for now
    # answers, voicemail, declines: names of contacts; all others do not answer
    answers: Sequence[str] = ()
    voicemail: Sequence[str] = ()
    declines: Sequence[str] = ()


def scenario_from_options(roster: Roster, text: str, options: SimulateOptions) -> Scenario:
    """Build the scenario; raise CommandError if the event, a contact or the time is not valid."""
    scripts: dict[str, Any] = {contact.name: "no_answer" for contact in roster.contacts}
    descriptions: list[str] = []
    for script, names, description in (
        ({"press": {"keys": "1"}}, options.answers, "presses 1"),
        ("voicemail", options.voicemail, "has a voicemail that answers"),
        ({"press": {"keys": "2"}}, options.declines, "presses 2"),
    ):
        for name in names:
            if scripts[find_contact(roster, name).name] != "no_answer":
                raise CommandError(
                    f"{name!r} is listed more than once in --answers, --voicemail, --declines"
                )
            scripts[name] = script
            descriptions.append(f"{name} {description}")
    at = parse_time(options.at, roster.timezone, utc_now())
    default = DEFAULT_EVENT if options.team == DEFAULT_TEAM else f"a page to {options.team}"
    event = options.event or default
    phones = "; ".join(descriptions) or "nobody answers"
    return Scenario(
        title=f"{event} at {format_local_and_utc(at, roster.timezone)}: {phones}",
        team=options.team,
        event=_event(options),
        at=at.isoformat(timespec="seconds"),
        roster=text,
        phones=scripts,
    )


def _event(options: SimulateOptions) -> dict[str, Any]:
    if not options.event and options.team != DEFAULT_TEAM:
        page = read_event(EVENTS / f"{_PAGE}.json")
        return page | {"detail": page["detail"] | {"team": options.team}}
    name = options.event or DEFAULT_EVENT
    try:
        if name.endswith(".json") or Path(name).is_file():
            return read_event(Path(name))
    except ScenarioError as error:
        raise CommandError(str(error)) from None
    if name not in (known := event_names()):
        hint = did_you_mean(name, known)
        raise CommandError(f"--event: there is no {name!r}{hint}; or use a .json file")
    return read_event(EVENTS / f"{name}.json")
