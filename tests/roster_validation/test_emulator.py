"""A roster's edits on the running system, from the save to the page and to SNS.

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

#: Real seconds in which a save is noticed, looked at and told, on a busy machine.
NOTICED = 30


def until(seen: Callable[[], object]) -> None:
    """Wait until something can be seen."""
    deadline = time.monotonic() + NOTICED
    while not seen():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.05)


def report(team: Team) -> Notification:
    """Wait for the one message about a team's roster."""
    found: list[Notification] = []

    def told() -> list[Notification]:
        new = team.system.roster_reports()
        found.extend(one for one in new if team.parameter in one.message)
        return found

    until(told)
    [message] = found
    return message


def page(team: Team) -> tuple[dict[str, Any], Notification]:
    """Page a team whose people all press 1; give the execution's output and what SNS said."""
    system = team.system
    system.connect.reset({ANA: Press(), LI_WEI: Press()})
    system.notifications()
    system.forget_incidents(team.name)  # it is the same one each time
    detail = {"title": "The shop is down", "team": team.name}
    execution = system.send({"source": "callout", "detail-type": "Page", "detail": detail})
    assert execution
    output = json.loads(wait_for_end(system, execution)["output"])
    [notification] = system.notifications(wait=DELIVERY)
    return output, notification


def called(output: dict[str, Any]) -> list[str]:
    """Give whom a page called."""
    return [call["contact"] for call in output["calls"]]


def test_the_next_page_follows_an_edit(team: Team) -> None:
    team.save(GOOD)
    until(lambda: team.labelled == 1)
    before, _ = page(team)
    team.save(BETTER)
    until(lambda: team.labelled == 2)
    after, notification = page(team)

    assert (called(before), called(after)) == (["Ana"], ["Li Wei"])
    assert "of the roster" not in notification.message


@pytest.mark.parametrize("text", [BROKEN, JPEG, GARBAGE, " "], ids=["number", "JPEG", "4 KB", ""])
def test_a_broken_edit_is_told_and_the_next_page_calls_the_last_good_list(
    team: Team, text: str
) -> None:
    team.save(GOOD)
    until(lambda: team.labelled == 1)
    team.save(text)

    told = report(team)
    output, notification = page(team)

    assert "version 2 refused, 1 stays in use" in told.subject
    assert "cannot be used:\n\nline " in told.message
    assert called(output) == ["Ana"]
    assert output["outcome"] == "acknowledged"
    assert "version 1 of the roster, the last good one" in notification.message
    assert "version 2:\nline " in notification.message
    assert team.labelled == 1


def test_a_first_roster_that_is_broken_is_told_twice_by_itself_and_by_the_page(team: Team) -> None:
    team.save(BROKEN)

    told = report(team)
    output, notification = page(team)

    assert "NONE IS GOOD" in told.subject
    assert output["outcome"] == "failed"
    assert notification.subject == "Callout: NOBODY HAS TAKEN THIS PAGE"
    assert "line 3" in notification.message


def test_a_deleted_roster_is_told_and_the_next_page_goes_by_the_copy(team: Team) -> None:
    team.save(GOOD)
    until(lambda: team.labelled == 1)
    page(team)
    team.delete()

    told = report(team)
    output, notification = page(team)

    assert "deleted, a copy is used" in told.subject
    assert called(output) == ["Ana"]
    assert "a copy of the roster's version 1, kept on" in notification.message
    assert f"there is no parameter {team.parameter}" in notification.message


def test_a_mended_roster_is_used_again_and_labelled(team: Team) -> None:
    team.save(BROKEN)
    report(team)
    team.save(BETTER)

    until(lambda: team.labelled == 2)
    assert called(page(team)[0]) == ["Li Wei"]


def test_labelling_a_version_starts_nothing(team: Team) -> None:
    team.save(GOOD)
    until(lambda: team.labelled == 1)
    until(lambda: looks(team) == 1)
    before = looks(team)
    team.save(BETTER)
    until(lambda: team.labelled == 2)
    until(lambda: looks(team) > before)
    # An event for each label would have been noticed with the third save.
    team.save(GOOD)
    until(lambda: team.labelled == 3)
    until(lambda: looks(team) >= before + 2)

    assert looks(team) == before + 2


def looks(team: Team) -> int:
    """Count how often the deployed guard found a team's roster good."""
    logs = team.system.client("logs")
    [group] = [
        one["logGroupName"]
        for one in logs.describe_log_groups()["logGroups"]
        if "ValidateRoster" in one["logGroupName"]
    ]
    found = logs.filter_log_events(logGroupName=group)["events"]
    text = "\n".join(one["message"] for one in found)
    return sum(
        '"roster is good"' in line and f'"{team.parameter}"' in line for line in text.splitlines()
    )


def test_the_schedule_asks_for_what_the_deployed_guard_understands(team: Team) -> None:
    team.save(GOOD)
    until(lambda: looks(team) == 1)
    before = looks(team)
    scheduler = team.system.client("scheduler")
    [daily] = [
        one["Target"]
        for each in scheduler.list_schedules()["Schedules"]
        for one in [scheduler.get_schedule(Name=each["Name"])]
        if "EventBridgeParameters" not in one["Target"]
    ]
    answer = team.system.client("lambda").invoke(FunctionName=daily["Arn"], Payload=daily["Input"])

    assert "FunctionError" not in answer
    until(lambda: looks(team) == before + 1)
