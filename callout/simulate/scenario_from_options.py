"""Makes a story of an operator's roster and what is to become of the calls."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from callout.commands.call import person
from callout.errors import CommandError
from callout.roster.calendar import utc_now
from callout.roster.on_call import moment, times
from local.faults.kinds import did_you_mean
from local.scenarios.expectation import Expectation
from local.scenarios.files import EVENTS, ScenarioError, event_names, read_event
from local.scenarios.scenario import Scenario
from oncall.incident import DEFAULT_TEAM

if TYPE_CHECKING:
    from collections.abc import Sequence

    from oncall.roster import Roster

DEFAULT_EVENT = "root-sign-in"
#: What an event's own page is, for a team to which nothing else is routed here.
_PAGE = "callout-page"


@dataclass(frozen=True)
class Asked:
    """What was asked on the command line.

    Attributes:
        event: the name of one of tests/events, or a JSON file; "" for a team's usual one.
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


def story_of(roster: Roster, text: str, asked: Asked) -> Scenario:
    """Make the story.

    Args:
        roster: as it is understood.
        text: as it is written.
        asked: what is to happen.

    Raises:
        CommandError: there is no such event, contact or time.
    """
    scripts: dict[str, Any] = {contact.name: "no_answer" for contact in roster.contacts}
    said: list[str] = []
    for script, names, words in (
        ({"press": {"keys": "1"}}, asked.answers, "presses 1"),
        ("voicemail", asked.voicemail, "has a voicemail that answers"),
        ({"press": {"keys": "2"}}, asked.declines, "presses 2"),
    ):
        for name in names:
            if scripts[person(roster, name).name] != "no_answer":
                raise CommandError(f"{name!r} is named twice: one thing can become of their calls")
            scripts[name] = script
            said.append(f"{name} {words}")
    at = moment(asked.at, roster.timezone, utc_now())
    what = "; ".join(said) or "nobody answers"
    return Scenario(
        title=f"{_named(asked)} at {times(at, roster.timezone)}: {what}",
        team=asked.team,
        event=_event(asked),
        at=at.isoformat(timespec="seconds"),
        roster=text,
        phones=scripts,
        expect=Expectation(),
    )


def _named(asked: Asked) -> str:
    return asked.event or (
        DEFAULT_EVENT if asked.team == DEFAULT_TEAM else f"a page to {asked.team}"
    )


def _event(asked: Asked) -> dict[str, Any]:
    if not asked.event and asked.team != DEFAULT_TEAM:
        page = read_event(EVENTS / f"{_PAGE}.json")
        return page | {"detail": page["detail"] | {"team": asked.team}}
    name = asked.event or DEFAULT_EVENT
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
