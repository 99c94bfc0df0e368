"""Build a scenario from a roster and the options of `callout simulate`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from callout.commands.call import person
from callout.errors import CommandError
from callout.roster.calendar import utc_now
from callout.roster.on_call import moment, times
from local.scenarios.expectation import Expectation
from local.scenarios.files import EVENTS, ScenarioError, event_names, read_event
from local.scenarios.scenario import Scenario
from local.suggestions import did_you_mean
from oncall.incident import DEFAULT_TEAM

if TYPE_CHECKING:
    from collections.abc import Sequence

    from oncall.roster.model import Roster

DEFAULT_EVENT = "root-sign-in"
#: What an event's own page is, for a team to which nothing else is routed here.
_PAGE = "callout-page"


@dataclass(frozen=True)
class SimulateOptions:
    """The options on the command line.

    Attributes:
        event: the name of one of tests/fixtures/events, or a JSON file; "" for a team's usual one.
        team: whose roster it is.
        at: when it happens; None is now.
        answers, voicemail, declines: names of contacts; all others let it ring.
    """

    event: str = ""
    team: str = DEFAULT_TEAM
    at: str | None = None
    answers: Sequence[str] = ()
    voicemail: Sequence[str] = ()
    declines: Sequence[str] = ()


def scenario_from_options(roster: Roster, text: str, options: SimulateOptions) -> Scenario:
    """Build the scenario.

    Args:
        roster: as it is understood.
        text: as it is written.
        options: what is to happen.

    Raises:
        CommandError: there is no such event, contact or time.
    """
    scripts: dict[str, Any] = {contact.name: "no_answer" for contact in roster.contacts}
    said: list[str] = []
    for script, names, words in (
        ({"press": {"keys": "1"}}, options.answers, "presses 1"),
        ("voicemail", options.voicemail, "has a voicemail that answers"),
        ({"press": {"keys": "2"}}, options.declines, "presses 2"),
    ):
        for name in names:
            if scripts[person(roster, name).name] != "no_answer":
                raise CommandError(f"{name!r} is named twice: one thing can become of their calls")
            scripts[name] = script
            said.append(f"{name} {words}")
    at = moment(options.at, roster.timezone, utc_now())
    what = "; ".join(said) or "nobody answers"
    return Scenario(
        title=f"{_named(options)} at {times(at, roster.timezone)}: {what}",
        team=options.team,
        event=_event(options),
        at=at.isoformat(timespec="seconds"),
        roster=text,
        phones=scripts,
        expect=Expectation(),
    )


def _named(options: SimulateOptions) -> str:
    return options.event or (
        DEFAULT_EVENT if options.team == DEFAULT_TEAM else f"a page to {options.team}"
    )


def _event(options: SimulateOptions) -> dict[str, Any]:
    if not options.event and options.team != DEFAULT_TEAM:
        page = read_event(EVENTS / f"{_PAGE}.json")
        return page | {"detail": page["detail"] | {"team": options.team}}
    name = options.event or DEFAULT_EVENT
    try:
        if name.endswith(".json"):
            return read_event(Path(name))
    except ScenarioError as error:
        raise CommandError(str(error)) from None
    if name not in (known := event_names()):
        hint = did_you_mean(name, known)
        raise CommandError(
            f"--event: there is no {name!r}{hint}; or name a file that ends in .json"
        )
    return read_event(EVENTS / f"{name}.json")
