"""Send a change event to validate_roster, and read its notifications."""

from __future__ import annotations

from typing import TYPE_CHECKING

from local.emulator.parameter_store_events import change_event

if TYPE_CHECKING:
    from types import ModuleType

    from local.emulator.sns_inbox import Notification
    from tests.roster_validation.conftest import Team

#: Real seconds within which SNS delivers.
DELIVERY = 5


def send_change(validate_roster: ModuleType, team: Team, operation: str = "Update") -> None:
    """Invoke validate_roster with a change event."""
    validate_roster.handler(change_event(operation, team.parameter), None)


def report(team: Team) -> Notification:
    """Return the only notification about a team's roster."""
    reports = team.system.roster_reports(DELIVERY)
    [report] = [report for report in reports if team.parameter in report.message]
    return report


def notifications_about(team: Team) -> list[Notification]:
    """Return the notifications so far; a direct invocation has already sent its own."""
    return [report for report in team.system.roster_reports() if team.parameter in report.message]
