"""Judges the quotas of Connect against the number of teams that may be called at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from callout.doctor.finding import Finding, bad, ok, unknown
from oncall.calls.call import POLL_INTERVAL

if TYPE_CHECKING:
    from collections.abc import Mapping

QUOTAS = "quotas"
#: As Service Quotas names them.
CALLS = "Concurrent active calls per instance"
PLACING = "Rate of StartOutboundVoiceContact API requests"
LOOKING = "Rate of DescribeContact API requests"
#: Of a new account (Connect administrator guide, "Service quotas"), for an instance and for
#: each API of the account, a second.
DEFAULTS = {CALLS: 10.0, PLACING: 2.0, LOOKING: 2.0}
WHERE = "Service Quotas console, Amazon Connect"


def judge_quotas(quotas: Mapping[str, float], teams: int, unread: str = "") -> list[Finding]:
    """Judge what is allowed against each team being on the phone at once.

    A team is on one call at a time, and a call is looked at every few seconds.

    Args:
        quotas: what is allowed, by the quota's name; those that are missing are taken for the
            default.
        teams: how many there are.
        unread: why nothing could be read; "" where it was.
    """
    all_teams = "1 team" if teams == 1 else f"{teams} teams"
    needed = {CALLS: float(teams), PLACING: 1.0, LOOKING: teams / POLL_INTERVAL}
    found = [
        bad(
            QUOTAS,
            f"{name} is {_said(quotas[name])}, which is too little for {all_teams} on the phone at"
            f" once ({_said(needed[name])})",
            f"request an increase: {WHERE}",
        )
        for name in DEFAULTS
        if name in quotas and quotas[name] < needed[name]
    ]
    missing = [name for name in DEFAULTS if name not in quotas]
    if missing:
        defaults = ", ".join(f"{name}: {_said(DEFAULTS[name])}" for name in missing)
        enough = all(DEFAULTS[name] >= needed[name] for name in missing)
        message = f"not read{f' ({unread})' if unread else ''}: the defaults ({defaults}) are"
        message += f" {'enough' if enough else 'too little'} for {all_teams}"
        found.append(unknown(QUOTAS, message, f"see {WHERE}"))
    if not found:
        calls = f"{_said(quotas[CALLS])} calls at once, {_said(quotas[LOOKING])} looks a second"
        found.append(ok(QUOTAS, f"{calls}: enough for {all_teams}"))
    return found


def _said(value: float) -> str:
    return f"{value:g}"
