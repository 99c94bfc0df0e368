"""Promises of what is told in a page: every language that is called in, and one e-mail."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from oncall.calls.announcement import Announcement, build_announcement
from oncall.calls.grouping import CallGroup
from oncall.calls.plan import PagePlan, Telephony
from oncall.calls.planner import plan_page
from oncall.messages.email import console_link
from oncall.roster.parsing.parser import parse
from tests.unit import sample_events

NOON = datetime(2026, 7, 1, 12, tzinfo=UTC)
EXECUTION = "arn:aws:states:eu-north-1:000000000000:execution:Callout:4711"
ROSTER = """
language: zh-CN
contacts:
  - {name: Li Wei, phone: +8613800138000}
  - {name: Ana, phone: [+14155550132, +14155550178], language: en-US}
"""
ROOT = sample_events.incident("root-sign-in")
ALARM = sample_events.incident("alarm-alb-latency")
STOPPED = sample_events.incident("ec2-stopped")


def planned(text: str = ROSTER) -> PagePlan:
    return plan_page(ROOT, parse(text), NOON, telephony=Telephony(90))


def said(
    group: CallGroup | None = None,
    plan: PagePlan | None = None,
    telephony: Telephony | None = None,
) -> Announcement:
    return build_announcement(
        group or CallGroup((ROOT,)),
        plan or planned(),
        execution=EXECUTION,
        telephony=telephony or Telephony(90),
    )


def test_a_message_is_prepared_for_each_language_that_is_called_in() -> None:
    assert {tag: one["language"] for tag, one in said().messages.items()} == {
        "en-US": "en-US",
        "zh-CN": "cmn-CN",
    }


def test_a_language_that_nobody_on_the_list_speaks_is_not_prepared() -> None:
    only_ana = ROSTER + "escalation: [Ana]\n"

    assert set(said(plan=planned(only_ana)).messages) == {"en-US"}


def test_the_notification_is_in_the_rosters_language_and_links_to_the_execution() -> None:
    email = said().email

    assert "root 用户登录了 AWS 控制台" in email.incident
    assert email.incident.endswith(f"\n{console_link(EXECUTION)}")
    assert email.subject.isascii()
    assert email.others == ""


def test_what_is_to_be_said_of_the_roster_comes_before_what_happened() -> None:
    plain, prefaced = said(), said(plan=replace(planned(), fallback_note="By a copy."))

    assert prefaced.email.incident == f"By a copy.\n\n{plain.email.incident}"
    assert "By a copy" not in str(prefaced.messages)


def test_a_key_covers_exactly_what_is_spoken() -> None:
    told = said(CallGroup((ROOT, ALARM), (STOPPED,)))

    assert told.announced_incident_ids == (ROOT.id, ALARM.id)
    assert told.deferred_incident_ids == (STOPPED.id,)


def test_the_notification_tells_all_that_is_spoken_in_full_and_links_once() -> None:
    plan = planned(ROSTER.replace("zh-CN", "en-US"))
    email = said(CallGroup((ROOT, ALARM), (STOPPED,)), plan).email

    assert email.incident.startswith("1. Root user signed in to the AWS console, account 12345")
    assert "\n\n2. CloudWatch alarm" in email.incident
    assert f"Incident: {ROOT.id}\n" in email.incident
    assert f"Incident: {ALARM.id}\n" in email.incident
    assert email.incident.count(console_link(EXECUTION)) == 1
    assert STOPPED.id not in email.incident
    assert email.unanswered == "Nobody acknowledged these 2 incidents."


def test_what_waits_is_named_apart_from_it() -> None:
    plan = planned(ROSTER.replace("zh-CN", "en-US"))

    others = said(CallGroup((ROOT,), (ALARM, STOPPED)), plan).email.others

    assert others.startswith("\n\nAlso open, and too many to tell in one call: 2\n")
    assert others.endswith(f"\nhigh: EC2 instance i-0abcd1234efgh5678 is stopped ({STOPPED.id})")


def test_the_mail_of_a_failure_can_name_all_that_is_open() -> None:
    plan = planned(ROSTER.replace("zh-CN", "en-US"))

    several, alone = (
        said(CallGroup((ROOT, ALARM)), plan).email,
        said(CallGroup((ROOT,)), plan).email,
    )

    heading, *lines = several.spoken.removeprefix("\n\n").splitlines()
    assert heading == "Incidents that were to be told in a call: 2"
    assert [line.partition(":")[0] for line in lines] == ["critical", "high"]
    assert [line.rpartition(" ")[2] for line in lines] == [f"({ROOT.id})", f"({ALARM.id})"]
    assert alone.spoken == alone.others == several.others == ""


def test_what_is_said_has_every_field_even_where_nobody_is_called() -> None:
    nobody = said(plan=PagePlan())

    assert nobody.messages == {}
    assert nobody.to_state().keys() == said().to_state().keys()
    assert "Root user signed in" in nobody.email.incident


@pytest.mark.parametrize("group", [CallGroup((ROOT,)), CallGroup((ROOT, ALARM))])
def test_a_flow_of_the_users_is_given_the_message_under_the_name_that_it_reads(
    group: CallGroup,
) -> None:
    lab = Telephony(90, message_attribute="rootloginalarm", acknowledge="answer")

    spoken = said(group, telephony=lab).messages["zh-CN"]["rootloginalarm"]

    assert "root 用户登录" in spoken
    assert "请按1" not in spoken
