"""Edits of a roster on the running system: validation, notification and the next page.

The change events are those of local/emulator/parameter_store_events.py, sent as replays; AWS
sends its own.
"""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

import pytest

from local.connect.simulated_phones import Press
from local.scenarios.emulator_runner import DELIVERY, wait_for_end
from tests.roster_validation.sample_rosters import ANA, BETTER, BROKEN, GARBAGE, GOOD, JPEG, LI_WEI

if TYPE_CHECKING:
    from collections.abc import Callable

    from local.emulator.sns_inbox import Notification
    from tests.roster_validation.conftest import Team

#: Real seconds within which a save is validated and reported, on a busy machine.
TIMEOUT = 30


def until(condition: Callable[[], object]) -> None:
    """Wait until a condition is true."""
    deadline = time.monotonic() + TIMEOUT
    while not condition():
        assert time.monotonic() < deadline, "timed out"
        time.sleep(0.05)


def report(team: Team) -> Notification:
    """Wait for the only message about a team's roster."""
    reports: list[Notification] = []

    def received() -> list[Notification]:
        new = team.system.roster_reports()
        reports.extend(report for report in new if team.parameter in report.message)
        return reports

    until(received)
    [only] = reports
    return only


def page(team: Team) -> tuple[dict[str, Any], Notification]:
    """Page a team whose contacts press 1; return the execution's output and notification."""
    system = team.system
    system.connect.reset({ANA: Press(), LI_WEI: Press()})
    system.notifications()
    system.delete_incidents(team.name)  # every page has the same dedup key
    detail = {"title": "The shop is down", "team": team.name}
    execution = system.send({"source": "callout", "detail-type": "Page", "detail": detail})
    assert execution
    output = json.loads(wait_for_end(system, execution)["output"])
    [notification] = system.notifications(wait=DELIVERY)
    return output, notification


def called(output: dict[str, Any]) -> list[str]:
    """Return the contacts whom a page called."""
    return [call["contact"] for call in output["calls"]]


def test_the_next_page_uses_the_edited_roster(team: Team) -> None:
    team.save(GOOD)
    until(lambda: team.labelled == 1)
    before, _ = page(team)
    team.save(BETTER)
    until(lambda: team.labelled == 2)
    after, notification = page(team)

    assert (called(before), called(after)) == (["Ana"], ["Li Wei"])
    assert "of the roster" not in notification.message


@pytest.mark.parametrize("text", [BROKEN, JPEG, GARBAGE, " "], ids=["number", "JPEG", "4 KB", ""])
def test_an_invalid_edit_is_reported_and_the_next_page_uses_the_last_good_version(
    team: Team, text: str
) -> None:
    team.save(GOOD)
    until(lambda: team.labelled == 1)
    team.save(text)

    roster_report = report(team)
    output, notification = page(team)

    assert "version 2 rejected, 1 stays in use" in roster_report.subject
    assert "cannot be used:\n\nline " in roster_report.message
    assert called(output) == ["Ana"]
    assert output["outcome"] == "acknowledged"
    assert "version 1 of the roster, the last good one" in notification.message
    assert "version 2:\nline " in notification.message
    assert team.labelled == 1


def test_an_invalid_first_roster_is_reported_on_save_and_by_the_page(team: Team) -> None:
    team.save(BROKEN)

    roster_report = report(team)
    output, notification = page(team)

    assert "NO VALID VERSION" in roster_report.subject
    assert output["outcome"] == "failed"
    assert notification.subject == "Callout: PAGE FAILED - NOBODY ACKNOWLEDGED"
    assert "line 3" in notification.message


def test_a_deleted_roster_is_reported_and_the_next_page_uses_the_copy(team: Team) -> None:
    team.save(GOOD)
    until(lambda: team.labelled == 1)
    page(team)
    team.delete()

    roster_report = report(team)
    output, notification = page(team)

    assert "deleted, a copy is used" in roster_report.subject
    assert called(output) == ["Ana"]
    assert "a copy of the roster's version 1, saved on" in notification.message
    assert f"there is no parameter {team.parameter}" in notification.message


def test_a_fixed_roster_is_labelled_and_used(team: Team) -> None:
    team.save(BROKEN)
    report(team)
    team.save(BETTER)

    until(lambda: team.labelled == 2)
    assert called(page(team)[0]) == ["Li Wei"]


def test_labelling_a_version_triggers_no_validation(team: Team) -> None:
    team.save(GOOD)
    until(lambda: team.labelled == 1)
    until(lambda: validations(team) == 1)
    before = validations(team)
    team.save(BETTER)
    until(lambda: team.labelled == 2)
    until(lambda: validations(team) > before)
    # An event for each label would have been counted by the third save.
    team.save(GOOD)
    until(lambda: team.labelled == 3)
    until(lambda: validations(team) >= before + 2)

    assert validations(team) == before + 2


def validations(team: Team) -> int:
    """Count how often the deployed validate_roster found a team's roster valid."""
    logs = team.system.client("logs")
    [group] = [
        log_group["logGroupName"]
        for log_group in logs.describe_log_groups()["logGroups"]
        if "ValidateRoster" in log_group["logGroupName"]
    ]
    events = logs.filter_log_events(logGroupName=group)["events"]
    text = "\n".join(event["message"] for event in events)
    return sum(
        '"roster is valid"' in line and f'"{team.parameter}"' in line for line in text.splitlines()
    )


def test_the_schedule_sends_input_that_validate_roster_accepts(team: Team) -> None:
    team.save(GOOD)
    until(lambda: validations(team) == 1)
    before = validations(team)
    scheduler = team.system.client("scheduler")
    [daily] = [
        schedule["Target"]
        for summary in scheduler.list_schedules()["Schedules"]
        for schedule in [scheduler.get_schedule(Name=summary["Name"])]
        if "EventBridgeParameters" not in schedule["Target"]
    ]
    answer = team.system.client("lambda").invoke(FunctionName=daily["Arn"], Payload=daily["Input"])

    assert "FunctionError" not in answer
    until(lambda: validations(team) == before + 1)
