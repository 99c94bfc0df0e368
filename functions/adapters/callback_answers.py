"""What a callback does in AWS: read the rosters, count tries of PINs, acknowledge incidents."""

from __future__ import annotations

import os
import time
from hashlib import sha256
from typing import TYPE_CHECKING

from adapters.aws_clients import AWS_ERRORS, Client
from adapters.incident_answers import notify, record_answer
from adapters.logger import log
from adapters.metrics import log_aws_error
from adapters.roster_reader import select_team_roster
from oncall.callback_request import needs_pin, teams_with_pin
from oncall.incident_record import ACKNOWLEDGED, CALLBACK
from oncall.mask_phone_number import mask
from oncall.roster.fallback import NoUsableRoster

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from adapters.incident_store import IncidentTable
    from oncall.callback_request import CallbackRequest, Match
    from oncall.roster.model import Roster

#: Seconds for which rosters are cached. A call reads them twice, and many calls must not use up the
#: rate of GetParameter, which pages need.
CACHE_SECONDS = 60


class Rosters:
    """The rosters of all teams, read at most once a minute, one request for each team.

    Times are wall-clock times: a monotonic clock may stop while Lambda freezes the function.
    """

    def __init__(self, ssm: Client, dynamodb: Client) -> None:
        self._ssm, self._dynamodb = ssm, dynamodb
        self._rosters: dict[str, Roster] = {}
        self._read_at = 0.0

    def read(self, now: datetime) -> tuple[Mapping[str, Roster], Exception | None]:
        """Return the rosters by team, and the first error of one that could not be read.

        A team without a usable roster has that of the fallback team, whose people it calls.
        """
        if 0 <= now.timestamp() - self._read_at < CACHE_SECONDS:
            return self._rosters, None
        rosters: dict[str, Roster] = {}
        missing, failed = [], None
        for team in os.environ["TEAMS"].split(","):
            selected = select_team_roster(self._ssm, self._dynamodb, team, now)
            if not isinstance(selected, NoUsableRoster):
                rosters[team] = selected.roster
            elif selected.error:
                failed = failed or selected.error
            else:
                missing.append(team)
        if fallback := rosters.get(os.environ["FALLBACK_TEAM"]):
            rosters |= dict.fromkeys(missing, fallback)
        if not failed:
            self._rosters, self._read_at = rosters, now.timestamp()
        return rosters, failed


def verify_pin(
    table: IncidentTable, request: CallbackRequest, announced: Sequence[Match]
) -> tuple[str, set[str]]:
    """Return the phrase that refuses an acknowledgement ("" for none), and the permitted teams.

    A try is counted before the PIN is compared, so that simultaneous calls get no extra tries.
    """
    teams = {match.team for match in announced}
    if not needs_pin(announced):
        return "", teams
    caller = sha256(request.number.encode()).hexdigest()
    if not table.count_pin_try(caller, now=int(time.time())):
        return "pin_locked", set()
    right = teams_with_pin(announced, request.pin)
    if not right:
        return "pin_wrong", set()
    table.forget_pin_tries(caller)
    return "", right | {match.team for match in announced if not match.contact.pin}


def acknowledge(
    table: IncidentTable,
    sns: Client,
    incidents: Sequence[tuple[str, str]],
    matches: Mapping[str, Match],
    number: str,
) -> int:
    """Acknowledge incidents (team and ID), notify SNS, and return how many the caller now has.

    Connect retries a function that fails or takes too long, so the count includes incidents that an
    earlier try acknowledged. If AWS fails after the first, the others stay open, and their pages
    continue.

    Raises:
        ClientError: AWS fails before the first is acknowledged; botocore's connection errors too.
    """
    via, count = f"{CALLBACK}{mask(number)}", 0
    for team, incident_id in incidents:
        by, roster = matches[team].contact.name, matches[team].roster
        try:
            record = table.record(team, incident_id)
            changed = record is not None and record_answer(table, record, ACKNOWLEDGED, by, via)
            record = table.record(team, incident_id) if changed else record
        except AWS_ERRORS as error:
            if not count:
                raise
            log_aws_error("ERROR", "callback answered in part", error, incident_id=incident_id)
            break
        if record and (record.closed_by, record.closed_via) == (by, via):
            count += 1
            if changed:
                log("INFO", "acknowledged by callback", incident_id=incident_id, by=by)
                notify(sns, record, ACKNOWLEDGED, (by, via), (roster.language, roster.timezone))
    return count
