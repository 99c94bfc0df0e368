"""What a person who calls the number back hears; functions/answer_callback.py lists the results."""

from __future__ import annotations

from typing import TYPE_CHECKING

from oncall.callback_request import NO_INCIDENTS, needs_pin, write_incidents
from oncall.calls.announcement import attributes, group_incidents
from oncall.calls.call import Telephony
from oncall.calls.planner import plan_calls
from oncall.messages.locale import DEFAULT, nearest
from oncall.messages.voice_message import prompt

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from oncall.callback_request import Match
    from oncall.incident import Incident
    from oncall.roster.model import Roster


def announce(
    incidents: Sequence[Incident], matches: Sequence[Match], account_names: Mapping[str, str]
) -> dict[str, str]:
    """Announce open incidents, in the caller's language on the roster of the first one's team."""
    by_team = {match.team: match for match in matches}
    first = by_team[incidents[0].team]
    language = first.contact.language
    group = group_incidents(incidents[0], incidents, [language], account_names)
    telephony = Telephony(
        max_call_seconds=0,
        message_attribute="message",
        acknowledge="key",
        account_names=account_names,
    )
    announced = [by_team[incident.team] for incident in group.announced]
    return _prompts(language) | {
        **attributes(group, language, first.roster.timezone, telephony),
        "next": "ask",
        "prompt_declined": prompt(language, "callback_declined"),
        "pin": "yes" if needs_pin(announced) else "no",
        "incidents": write_incidents(group.announced),
    }


def nothing_open(match: Match) -> dict[str, str]:
    """Say that there are no open incidents."""
    language = match.contact.language
    return _prompts(language) | {"message": prompt(language, "callback_none")}


def answer_unknown(roster: Roster | None, now: datetime, *, connect: bool) -> dict[str, str]:
    """Answer a caller who is on no roster, in the language of the fallback team's roster.

    With `connect`, offer the person on call; without a usable roster, there is none.
    """
    language = roster.language if roster else DEFAULT
    if not roster or not connect:
        return _prompts(language) | {"message": prompt(language, "callback_unknown")}
    return _prompts(language) | {
        "next": "connect",
        "number": plan_calls(roster, now)[0].phone,
        "message": prompt(language, "callback_connect"),
        "prompt_failed": prompt(language, "callback_no_connection"),
    }


def confirm(refused: str, count: int, language: str) -> dict[str, str]:
    """Confirm an answer.

    Args:
        refused: why nothing was acknowledged: a phrase of the language's `call`; "" if it was.
        count: how many incidents are the caller's now.
        language: tag of the language.
    """
    phrase = refused or ("callback_taken" if not count else "prompt_confirmed")
    if count > 1:
        phrase = "prompt_confirmed_several"
    result = "wrong_pin" if refused == "pin_wrong" else "done"
    return {"result": result, "message": prompt(language, phrase, {"count": str(count)})}


def _prompts(language: str) -> dict[str, str]:
    """Return what a lookup always returns, as for a call that only says something."""
    words = nearest(language)
    return {
        "next": "say",
        "voice": words.voice,
        "language": words.code,
        "message": "",
        "prompt_wrong_key": prompt(language, "prompt_wrong_key"),
        "prompt_pin": prompt(language, "pin_enter"),
        "prompt_declined": prompt(language, "callback_declined"),
        "prompt_failed": prompt(language, "callback_unchanged"),
        "pin": "no",
        "incidents": NO_INCIDENTS,
    }
