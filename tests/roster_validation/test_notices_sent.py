"""validate_roster notifies the people on call, if the setting is enabled."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from tests.roster_validation.conftest import DELIVERY_SECONDS
from tests.roster_validation.sample_rosters import BROKEN

if TYPE_CHECKING:
    from local.emulator.sns_inbox import Notification
    from tests.roster_validation.conftest import IsolatedTeam

#: The first handover, two days ago, so that the next one is in five days.
HANDOVER = datetime.now(UTC).replace(hour=9, minute=0) - timedelta(days=2)
ROSTER = f"""\
timezone: UTC
contacts:
  - {{name: Ana, phone: +14155550132}}
  - {{name: Bo, phone: +14155550133}}
escalation: [primary]
rotations:
  - {{name: primary, members: [Ana, Bo], starts: {HANDOVER:%Y-%m-%dT%H:%M}, every: 1w}}
"""
SWAPPED = ROSTER.replace("[Ana, Bo]", "[Bo, Ana]")


@pytest.fixture(autouse=True)
def _enabled(monkeypatch: pytest.MonkeyPatch, own_team: IsolatedTeam) -> None:
    monkeypatch.setenv("ON_CALL_NOTICES", "1")
    own_team.system.notifications(0)


def notices(team: IsolatedTeam, wait: float = 0) -> list[Notification]:
    return [found for found in team.system.notifications(wait) if team.name in found.subject]


def run_daily(team: IsolatedTeam, days: int) -> None:
    """Invoke validate_roster as its schedule does, some days after the first handover."""
    scheduled = f"{HANDOVER + timedelta(days=days, hours=-1):%Y-%m-%dT%H:%M:%SZ}"
    team.validate_roster.handler({"check": "every roster", "scheduled": scheduled}, None)


def test_a_shift_is_announced_once_by_the_daily_run_before_it(own_team: IsolatedTeam) -> None:
    own_team.edit(ROSTER)
    for days in range(5, 9):
        run_daily(own_team, days)

    [notice] = notices(own_team, DELIVERY_SECONDS)
    assert notice.contact == "Bo"
    assert f"on call in team {own_team.name} from " in notice.subject
    assert "+1415" not in notice.message


def test_an_edit_notifies_both_people_once_and_an_invalid_one_nobody(
    own_team: IsolatedTeam,
) -> None:
    own_team.edit(ROSTER)
    assert notices(own_team) == [], "the first version changes nothing"
    own_team.edit(BROKEN)
    own_team.edit(SWAPPED)
    own_team.send_change()
    run_daily(own_team, 2)

    found = notices(own_team, DELIVERY_SECONDS)
    assert sorted(notice.contact for notice in found) == ["Ana", "Bo"]


def test_a_lost_change_event_is_made_up_for_by_the_daily_run(own_team: IsolatedTeam) -> None:
    own_team.edit(ROSTER)
    own_team.save(SWAPPED)
    run_daily(own_team, 2)
    assert len(notices(own_team, DELIVERY_SECONDS)) == 2


def test_each_gap_ahead_is_reported_once(own_team: IsolatedTeam) -> None:
    own_team.edit(ROSTER.replace("every: 1w", "every: 1w, hours: 00:00-22:00"))
    for days in (2, 2, 3):
        run_daily(own_team, days)

    found = [n for n in notices(own_team, DELIVERY_SECONDS) if "nobody on duty" in n.subject]
    assert [found.message.count("22:00 to ") for found in found] == [7, 1]
    assert {notice.contact for notice in found} == {""}


def test_nothing_is_sent_unless_it_is_enabled(
    own_team: IsolatedTeam, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ON_CALL_NOTICES", "0")
    own_team.edit(ROSTER)
    own_team.edit(SWAPPED)
    run_daily(own_team, 6)
    assert notices(own_team) == []
