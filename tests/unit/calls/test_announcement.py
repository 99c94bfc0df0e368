"""Test the announcement: a message in every language of the calls, and one email."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from oncall.calls.announcement import Announcement, CallGroup, build_announcement
from oncall.calls.call import PagePlan, Telephony
from oncall.calls.planner import plan_page
from oncall.incident import Incident
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


def announce(
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


def test_message_is_built_for_each_language_of_the_calls() -> None:
    assert {tag: message["language"] for tag, message in announce().messages.items()} == {
        "en-US": "en-US",
        "zh-CN": "cmn-CN",
    }


def test_no_message_is_built_for_other_languages() -> None:
    only_ana = ROSTER + "escalation: [Ana]\n"

    assert set(announce(plan=planned(only_ana)).messages) == {"en-US"}


def test_notification_has_the_rosters_language_and_a_link_to_the_execution() -> None:
    email = announce().email

    assert "root 用户登录了 AWS 控制台" in email.incident
    assert email.incident.endswith(f"\n{console_link(EXECUTION)}")
    assert email.subject.isascii()
    assert email.others == ""


def test_fallback_note_comes_first() -> None:
    plain, prefaced = announce(), announce(plan=replace(planned(), fallback_note="By a copy."))

    assert prefaced.email.incident == f"By a copy.\n\n{plain.email.incident}"
    assert "By a copy" not in str(prefaced.messages)


def test_key_1_covers_exactly_the_announced_incidents() -> None:
    announcement = announce(CallGroup((ROOT, ALARM), (STOPPED,)))

    assert announcement.announced_incident_ids == (ROOT.id, ALARM.id)
    assert announcement.deferred_incident_ids == (STOPPED.id,)


def test_notification_details_all_announced_incidents_and_links_once() -> None:
    plan = planned(ROSTER.replace("zh-CN", "en-US"))
    email = announce(CallGroup((ROOT, ALARM), (STOPPED,)), plan).email

    assert email.incident.startswith("1. Root user signed in to the AWS console, account 12345")
    assert "\n\n2. CloudWatch alarm" in email.incident
    assert f"Incident: {ROOT.id}\n" in email.incident
    assert f"Incident: {ALARM.id}\n" in email.incident
    assert email.incident.count(console_link(EXECUTION)) == 1
    assert STOPPED.id not in email.incident
    assert email.unanswered == "Nobody acknowledged these 2 incidents."


def test_deferred_incidents_are_listed_separately() -> None:
    plan = planned(ROSTER.replace("zh-CN", "en-US"))

    others = announce(CallGroup((ROOT,), (ALARM, STOPPED)), plan).email.others

    assert others.startswith("\n\nOther open incidents, left for another call: 2\n")
    assert others.endswith(f"\nhigh: EC2 instance i-0abcd1234efgh5678 is stopped ({STOPPED.id})")


def test_failure_notification_lists_all_open_incidents() -> None:
    plan = planned(ROSTER.replace("zh-CN", "en-US"))

    several, alone = (
        announce(CallGroup((ROOT, ALARM)), plan).email,
        announce(CallGroup((ROOT,)), plan).email,
    )

    heading, *lines = several.spoken.removeprefix("\n\n").splitlines()
    assert heading == "Incidents of this page: 2"
    assert [line.partition(":")[0] for line in lines] == ["critical", "high"]
    assert [line.rpartition(" ")[2] for line in lines] == [f"({ROOT.id})", f"({ALARM.id})"]
    assert alone.spoken == alone.others == several.others == ""


def test_announcement_has_every_field_without_any_calls() -> None:
    nobody = announce(plan=PagePlan())

    assert nobody.messages == {}
    assert nobody.to_state().keys() == announce().to_state().keys()
    assert "Root user signed in" in nobody.email.incident


@pytest.mark.parametrize("group", [CallGroup((ROOT,)), CallGroup((ROOT, ALARM))])
def test_custom_flow_gets_the_message_under_its_own_name(
    group: CallGroup,
) -> None:
    lab = Telephony(90, message_attribute="rootloginalarm", acknowledge="answer")

    spoken = announce(group, telephony=lab).messages["zh-CN"]["rootloginalarm"]

    assert "root 用户登录" in spoken
    assert "请按1" not in spoken


@pytest.mark.parametrize("announced", [(ROOT,), (ROOT, ALARM)])
def test_links_only_add_a_line_for_each_incident(announced: tuple[Incident, ...]) -> None:
    group = CallGroup(announced, (STOPPED,))
    links = {incident.id: f"https://x/{incident.id}" for incident in (*announced, STOPPED)}
    plain = announce(group)
    linked = build_announcement(
        group, planned(), execution=EXECUTION, telephony=Telephony(90), links=links
    )

    def without_links(text: str) -> str:
        return "\n".join(line for line in text.split("\n") if "https://x/" not in line)

    assert without_links(linked.email.incident) == plain.email.incident
    assert without_links(linked.email.others) == plain.email.others
    if len(announced) > 1:
        assert without_links(linked.email.spoken) == plain.email.spoken
    # The failure notification has no details but these.
    for incident in announced:
        link = links[incident.id]
        assert linked.email.incident.count(link) == linked.email.spoken.count(link) == 1
    assert linked.email.others.count(links[STOPPED.id]) == 1
    assert linked.messages == plain.messages
