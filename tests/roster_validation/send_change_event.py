"""Tells the guard of a change, and reads what it tells SNS."""

from __future__ import annotations

from typing import TYPE_CHECKING

from local.emulator.parameter_store_events import change

if TYPE_CHECKING:
    from types import ModuleType

    from local.emulator.sns_inbox import Notification
    from tests.roster_validation.conftest import Team

#: Real seconds in which SNS delivers.
DELIVERY = 5


def changed(validate_roster: ModuleType, team: Team, operation: str = "Update") -> None:
    """Tell the guard of a change."""
    validate_roster.handler(change(operation, team.parameter), None)


def report(team: Team) -> Notification:
    """Take the one message that there is."""
    [found] = [one for one in team.system.roster_reports(DELIVERY) if team.parameter in one.message]
    return found


def about(team: Team) -> list[Notification]:
    """Take what SNS was told of the team; a guard that was called directly has told by now."""
    return [one for one in team.system.roster_reports() if team.parameter in one.message]
