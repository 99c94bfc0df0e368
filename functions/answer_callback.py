"""Answer a person who calls the number back: announce open incidents, and acknowledge them.

The contact flow (workflow/contact_flow/callback_flow.py) invokes it, up to four times in a call.
"""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import oncall.roster.parsing.parser  # noqa: F401 - YAML loads fastest during a cold start
from adapters.aws_clients import client
from adapters.callback_answers import Rosters, acknowledge, verify_pin
from adapters.incident_store import incident_table
from adapters.logger import log
from oncall.callback_request import choose_open, find_matches, read_request
from oncall.calls.call import ACKNOWLEDGED
from oncall.calls.callback_announcement import announce, answer_unknown, confirm, nothing_open
from oncall.mask_phone_number import mask
from oncall.messages.locale import DEFAULT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from oncall.callback_request import CallbackRequest, Match

# Fail fast: Connect waits for at most eight seconds, and the caller can call again.
ssm = client("ssm", quick=True)
dynamodb = client("dynamodb", quick=True)
sns = client("sns", quick=True)
rosters = Rosters(ssm, dynamodb)


def handler(event: Mapping[str, Any], _context: object) -> dict[str, str]:
    """Return an object of strings, which the contact flow finds at `$.External`.

    Args:
        event: `Details.ContactData.CustomerEndpoint.Address` is the caller's number; anything but
            E.164 is an unknown caller. `Details.Parameters` has `step`: `look_up` (who is calling,
            and what is open) or `answer`; then also `answer` (`acknowledged` or `declined`),
            `incidents` as `look_up` returned it, and `pin` if one was asked for.

    Returns:
        For `look_up`, all of these except `number`, which only `connect` has:

        - `next`: `ask` for a key after `message`; `say` only `message`; `connect` an unknown caller
          to `number` (E.164) after a key.
        - `voice`, `language`: as in the contact attributes of an outbound call.
        - `message`, `prompt_wrong_key`, `prompt_pin`, `prompt_declined`, `prompt_failed`: SSML.
        - `pin`: `yes` if key 1 needs a PIN, otherwise `no`.
        - `incidents`: what `message` announces, for `answer`; `-` if nothing.

        For `answer`: `result` (`wrong_pin` if the PIN can be entered again, otherwise `done`) and
        `message` (SSML).

    Raises:
        ClientError: AWS fails; botocore's connection errors too. The flow then says so.
    """
    request, now = read_request(event), datetime.now(UTC)
    found, error = rosters.read(now)
    matches = find_matches(found, request.number)
    if error and not matches:
        raise error  # the caller may be on the roster that could not be read
    log("INFO", "callback", incident_id="", step=request.step, phone=mask(request.number))
    if request.step == "answer":
        return answer(request, {match.team: match for match in matches})
    if matches:
        return look_up(matches, int(now.timestamp()))
    fallback, connect = found.get(os.environ["FALLBACK_TEAM"]), os.environ["UNKNOWN_CALLERS"]
    return answer_unknown(fallback, now, connect=connect == "connect")


def look_up(matches: list[Match], now: int) -> dict[str, str]:
    """Announce what a responder can acknowledge."""
    table = incident_table(dynamodb)
    records = [each for match in matches for each in table.open_in_team(match.team, now=now)]
    incidents = choose_open(records)
    if not incidents:
        return nothing_open(matches[0])
    return announce(incidents, matches, json.loads(os.environ["ACCOUNT_NAMES"]))


def answer(request: CallbackRequest, matches: dict[str, Match]) -> dict[str, str]:
    """Acknowledge what was announced, if the PIN is right; key 2 changes nothing."""
    table = incident_table(dynamodb)
    announced = [matches[team] for team in dict.fromkeys(request.teams) if team in matches]
    refused, teams = "callback_declined", set[str]()
    if request.answer == ACKNOWLEDGED:
        refused, teams = verify_pin(table, request, announced)
    incidents = [each for each in request.incidents if each[0] in teams]
    count = acknowledge(table, sns, incidents, matches, request.number)
    log("INFO", "callback answered", incident_id="", answer=request.answer, refused=refused)
    language = announced[0].contact.language if announced else DEFAULT
    return confirm(refused, count, language)
