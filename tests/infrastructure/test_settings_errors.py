"""An invalid setting is reported in one line that names the key."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oncall.incident import SEVERITIES, Incident
from oncall.messages.voice_message import compose
from tests.infrastructure import synth
from workflow.contact_flow.flow import contact_flow, content
from workflow.settings.regions import regions_of
from workflow.settings.settings import Settings, SettingsError
from workflow.settings.telephony import RESERVED_ATTRIBUTES
from workflow.settings.triggers import Severity

if TYPE_CHECKING:
    from pathlib import Path

FLOW = "12345678-90ab-cdef-1234-567890abcdef"
NUMBER = "+12065550100"
#: Names that would collide with other names in the template if used unchanged.
TEAMS = ["default", "Default", "Bus", "Resource", "team-a", "team_a", "teama"]


def telephony(**settings: object) -> dict[str, Any]:
    return {"telephony": settings}


def raw(*names: str) -> dict[str, Any]:
    patterns = [{"name": name, "pattern": {"detail-type": ["Down"]}} for name in names]
    return {"triggers": {"patterns": patterns}}


ORDERS: dict[str, Any] = {"name": "Orders", "pattern": {"detail-type": ["Order failed"]}}


def webhook(**settings: object) -> dict[str, Any]:
    return {"webhooks": [{"name": "shop", "format": "generic"} | settings]}


REJECTED = [
    (webhook(name="Shop_1"), "context callout.webhooks.0.name: must be 1 to 63 lower-case"),
    (webhook(name="-shop"), "context callout.webhooks.0.name: must be 1 to 63 lower-case"),
    (webhook(format="nagios"), "context callout.webhooks.0.format: must be 'alertmanager', 'grafa"),
    (webhook(path="x"), "context callout.webhooks.0.path: unknown setting"),
    (webhook(fields={"titel": "a"}), "context callout.webhooks.0.fields.titel: must be 'title', "),
    (
        webhook(fields={"title": "a..b"}),
        "context callout.webhooks.0.fields.title: must be a dotted",
    ),
    (
        webhook(fields={"title": "$.alert.name"}),
        "context callout.webhooks.0.fields.title: must be a dotted",
    ),
    (
        webhook(fields={"title": "alerts[0].name"}),
        "context callout.webhooks.0.fields.title: must be a dotted",
    ),
    (webhook(fields={"team": "a"}), "context callout.webhooks.0: `fields` needs the path of title"),
    (
        webhook(format="grafana", fields={"title": "a"}),
        "context callout.webhooks.0: `fields` needs the format generic, not grafana",
    ),
    (
        {"webhooks": webhook()["webhooks"] * 2},
        "context callout.webhooks: the name 'shop' is used twice",
    ),
    (
        {"webhooks": [{"name": f"a{i}", "format": "grafana"} for i in range(60)]},
        "context callout.webhooks: has 3,",
    ),
    (
        webhook(team="web"),
        "context callout: webhooks.0.team: 'web' is not one of `teams` (default)",
    ),
    (
        webhook() | {"triggers": {"page": {"enabled": False}}},
        "context callout: webhooks: they need the trigger `page`: enable triggers.page",
    ),
    (
        {"sources": {"regions": ["eu-west1"]}},
        "context callout.sources.regions.0: 'eu-west1' is not a region of AWS: did you mean eu",
    ),
    (
        {"sources": {"regions": ["eu-west-9"]}},
        "context callout.sources.regions.0: 'eu-west-9' is not a region of AWS; choose one of af",
    ),
    ({"sources": {"accounts": ["1234"]}}, "context callout.sources.accounts.0: must be an AWS"),
    ({"sources": {"organization": "acme"}}, "context callout.sources.organization: must be an org"),
    (
        {"sources": {"accounts": ["1" * 12], "organization": "o-a1b2c3d4e5"}},
        "context callout.sources: `accounts` and `organization` are mutually exclusive",
    ),
    (
        {
            "sources": {"accounts": [f"{i:012}" for i in range(130)]},
            "triggers": {"page": {"enabled": False}},
        },
        "context callout: triggers.root_sign_in: the event pattern has",
    ),
    ({"webhook_concurrency": 5}, "context callout: webhook_concurrency: there are no `webhooks`"),
    (webhook() | {"webhook_concurrency": -1}, "context callout.webhook_concurrency: must be at"),
    ({"talk_second": 60}, "context callout.talk_second: "),
    ({"max_call_seconds": "60"}, "context callout.max_call_seconds: "),
    ({"max_call_seconds": True}, "context callout.max_call_seconds: "),
    ({"max_call_seconds": 60.5}, "context callout.max_call_seconds: "),
    ({"max_call_seconds": None}, "context callout.max_call_seconds: "),
    ({"max_call_seconds": 29}, "context callout.max_call_seconds: "),
    ({"max_call_seconds": 10**6}, "context callout.max_call_seconds: "),
    ({"ack_timeout_minutes": -1}, "context callout.ack_timeout_minutes: "),
    ({"ack_timeout_minutes": 10_081}, "context callout.ack_timeout_minutes: "),
    (
        {"account_names": {"1234": "x"}},
        "context callout.account_names.1234: must be an AWS account",
    ),
    ({"account_names": {"1" * 12: "x\n"}}, "context callout.account_names.111111111111: must be a"),
    (
        {"account_names": {f"{1:0>9}{i}": "x" * 40 for i in range(100, 200)}},
        "context callout.account_names: has",
    ),
    ([], "context callout: "),
    ("max_call_seconds=60", "context callout: "),
    ("", "context callout: "),
    (7, "context callout: "),
    ({"teams": []}, "context callout.teams: "),
    ({"teams": ["web", "web"]}, "context callout.teams: 'web' is listed twice"),
    ({"teams": ["web team"]}, "context callout.teams.0: must be 1 to 64 letters"),
    ({"notifications": {"emails": ["a@b.cd", "a@b.cd"]}}, "context callout.notifications.emails: "),
    ({"notifications": {"sms": [NUMBER, NUMBER]}}, "context callout.notifications.sms: "),
    (
        {"notifications": {"slack": {"workspace_id": "T012AB3CD", "channel_id": "#oncall"}}},
        "context callout.notifications.slack.channel_id: must be an ID like C012AB3CD",
    ),
    ({"notifications": {"emails": ["nobody"]}}, "context callout.notifications.emails.0: must be"),
    (
        {"triggers": {"alarms": {"team": "web"}}},
        "context callout: triggers.alarms.team: 'web' is not one of `teams` (default): add",
    ),
    (
        {"triggers": {"patterns": [{"name": "A", "pattern": {"detail-type": ["B"]}, "team": "w"}]}},
        "context callout: triggers.patterns.0.team: 'w' is not one of `teams` (default): add",
    ),
    ({"triggers": {"user_sign_in": {"enabled": True}}}, "context callout.triggers.user_sign_in: "),
    (
        raw("RootSignIn"),
        "context callout.triggers: patterns.0.name: 'RootSignIn' is already",
    ),
    (raw("EventDlq"), "context callout.triggers: patterns.0.name: 'EventDlq' is already in use"),
    (raw("Default"), "context callout.triggers: patterns.0.name: 'Default' is already in use"),
    (raw("Mine", "Mine"), "context callout.triggers: patterns.1.name: 'Mine' is already in use"),
    (
        telephony(instance_id=FLOW, create_instance="mine"),
        "context callout.telephony: set `instance_id` or `create_instance`, not both",
    ),
    (
        telephony(phone_number=NUMBER, claim_number={"country": "US"}),
        "context callout.telephony: set `phone_number` or `claim_number`, not both",
    ),
    (telephony(acknowledge="answer"), "context callout.telephony: `acknowledge: answer` and"),
    (telephony(message_attribute="alert"), "context callout.telephony: `acknowledge: answer` and"),
    (telephony(create_instance="d-1234567890"), "context callout.telephony.create_instance: "),
    (telephony(create_instance="Mine"), "context callout.telephony.create_instance: "),
    (telephony(create_instance="-mine"), "context callout.telephony.create_instance: "),
    (
        telephony(claim_number={"country": "US", "prefix": "206"}),
        "context callout.telephony.claim_number.prefix: must be a prefix like +1206",
    ),
    (
        telephony(claim_number={"country": "usa"}),
        "context callout.telephony.claim_number.country: must be a country code",
    ),
    (telephony(phone_number="2065550100"), "context callout.telephony.phone_number: must be a pho"),
    (telephony(instance_id="my-callout"), "context callout.telephony.instance_id: must be an ID"),
    (
        {"triggers": {"instances": {"ids": ["web-1"]}}},
        "context callout.triggers.instances.ids.0: must be an instance ID",
    ),
    (
        {"triggers": {"guardduty": {"minimum_severity": 11}}},
        "context callout.triggers.guardduty.minimum_severity: ",
    ),
    ({"triggers": {"alarms": [{"names": [""]}]}}, "context callout.triggers.alarms.0.names.0: "),
    ({"triggers": {"alarms": []}}, "context callout.triggers.alarms: must not be empty"),
    ({"triggers": {"alarms": [7]}}, "context callout.triggers.alarms.0: must be an object"),
    (
        {"triggers": {"alarms": [{"team": "default"}, {"names": ["cpu"]}]}},
        "context callout.triggers: alarms: route 0 matches every event",
    ),
    (
        {"triggers": {"alarms": {"prefixes": ["prod-*"]}}},
        "context callout.triggers.alarms.prefixes.0: must be a prefix without `*`",
    ),
    (
        {"triggers": {"alarms": [{"names": ["cpu"], "team": "web"}, {}]}},
        "context callout: triggers.alarms.0.team: 'web' is not one of `teams`",
    ),
    (
        {"triggers": {"alarms": [{"names": ["cpu"], "page_while_suppressed": True}, {}]}},
        "context callout.triggers: alarms: `page_while_suppressed` must be the same",
    ),
    ({"fallback_team": "web"}, "context callout: fallback_team: 'web' is not one of `teams`"),
    ({"triggers": {"instances": {"states": []}}}, "context callout.triggers.instances.states: "),
    ({"triggers": {"health": {"categories": []}}}, "context callout.triggers.health.categories: "),
    *(
        (
            {"triggers": {"patterns": [ORDERS | {"dedup_fields": [field]}]}},
            "context callout.triggers.patterns.0.dedup_fields.0: must be `resources`, or a field",
        )
        for field in ("order_id", "detail.", "detail.a b", "detail.<id>", "detail", "time")
    ),
    (
        {"triggers": {"patterns": [ORDERS | {"dedup_fields": ["detail.id", "detail.id"]}]}},
        "context callout.triggers.patterns.0.dedup_fields: 'detail.id' is listed twice: remove one",
    ),
    (
        {"home_region": "ap-south-1"},
        "context callout.home_region: 'ap-south-1' is not a region with Amazon Connect; ",
    ),
    ({"home_region": "eu-north-1"}, "context callout.home_region: 'eu-north-1' is not a region"),
]


@pytest.mark.parametrize(
    "context", [None, {}, "{}", {"max_call_seconds": 60}, '{"max_call_seconds": 60}']
)
def test_valid_settings_are_accepted_as_mapping_or_json(context: object) -> None:
    assert Settings.from_context(context).max_call_seconds in (60, Settings().max_call_seconds)


@pytest.mark.parametrize(("context", "error"), REJECTED, ids=[error[8:] for _, error in REJECTED])
def test_an_invalid_setting_is_reported_in_one_line(context: object, error: str) -> None:
    with pytest.raises(SettingsError) as wrong:
        Settings.from_context(context)
    [line] = str(wrong.value).splitlines()
    assert line.startswith(error)


@pytest.mark.parametrize(
    "context",
    [
        telephony(contact_flow_id=FLOW, acknowledge="answer", message_attribute="alert"),
        telephony(create_instance="d2"),
        {"home_region": "us-gov-west-1"},
        raw("Mine", "Yours"),
        # A disabled trigger does not need a valid team.
        {"teams": ["web"], "triggers": {"root_sign_in": {"team": "web"}, "page": {"team": "web"}}},
    ],
)
def test_similar_valid_settings_are_accepted(context: object) -> None:
    Settings.from_context(context)


def test_an_unknown_setting_is_reported_with_the_known_ones() -> None:
    with pytest.raises(SettingsError, match="max_call_seconds"):
        Settings.from_context({"talk_second": 60})


def test_reminders_without_the_page_trigger_are_rejected() -> None:
    settings = {"ack_timeout_minutes": 30, "triggers": {"page": {"enabled": False}}}
    with pytest.raises(SettingsError, match=r"ack_timeout_minutes: .* enable triggers\.page"):
        Settings.from_context(settings)


@pytest.mark.parametrize(("minutes", "days"), [(8_640, 7), (8_641, 8), (10_080, 8)])
def test_retention_must_exceed_the_ack_timeout(minutes: int, days: int) -> None:
    def read(retention_days: int) -> Settings:
        return Settings.from_context(
            {"ack_timeout_minutes": minutes, "retention_days": retention_days}
        )

    assert read(days).ack_timeout_minutes == minutes
    if days > 7:
        with pytest.raises(
            SettingsError, match=f"ack_timeout_minutes: .* set retention_days to at least {days}"
        ):
            read(days - 1)


keys = st.text(st.characters(exclude_categories=("C", "Z")))
any_value = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=3),
    max_leaves=6,
)


@settings(deadline=None)
@given(any_value | st.dictionaries(st.sampled_from([*Settings.model_fields, "x"]), any_value))
def test_any_context_is_accepted_or_reported_in_our_own_words(context: object) -> None:
    lines = settings_error(context).splitlines()
    assert len(set(lines)) == len(lines)
    for line in lines:
        assert re.match(r"context callout(\..*)?: .", line, re.DOTALL)
        # pydantic's own messages begin with these words.
        assert not re.search(r"Input should|Value error|valid (dictionary|boolean)", line)


def test_every_mistake_is_reported_at_once() -> None:
    wrong = {
        "max_call_second": 60,
        "retention_days": "7",
        "triggers": {
            "alarm": {},
            "health": {"categories": ["issues"]},
            "alarms": {"team": "web"},
        },
        "telephony": {
            "instance_id": FLOW,
            "create_instance": "mine",
            "message_attribute": "voice",
        },
        "alarms": {"prefixes": ["prod-"]},
        "emails": [],
    }
    assert settings_error(wrong).splitlines() == [
        (
            "context callout.triggers.health.categories.0: must be 'issue', 'accountNotification',"
            " 'scheduledChange' or 'investigation', not \"issues\""
        ),
        "context callout.triggers.alarm: unknown setting: did you mean `alarms`?",
        "context callout.telephony: set `instance_id` or `create_instance`, not both",
        (
            "context callout.telephony: `message_attribute`: 'voice' is reserved: choose a name"
            " other than voice, language, prompt_confirmed, prompt_declined, prompt_wrong_key,"
            " response"
        ),
        (
            "context callout.telephony: `acknowledge: answer` and `message_attribute` need your own"
            " contact flow: set `contact_flow_id`"
        ),
        'context callout.retention_days: must be a whole number, not "7"',
        "context callout.max_call_second: unknown setting: did you mean `max_call_seconds`?",
        "context callout.alarms: unknown setting: move it to callout.triggers.alarms",
        "context callout.emails: unknown setting: move it to callout.notifications.emails",
        (
            "context callout: triggers.alarms.team: 'web' is not one of `teams` (default): add it"
            " there, or choose one of them"
        ),
    ]


@pytest.mark.parametrize(
    ("key", "error"),
    [
        ("Callout", "context Callout: unknown key: rename it to `callout`"),
        ("calout", "context calout: unknown key: rename it to `callout`"),
        (
            "triggers",
            "context triggers: settings are read from `callout`: move it to callout.triggers",
        ),
    ],
)
def test_settings_beside_the_context_key_are_refused(key: str, error: str) -> None:
    with pytest.raises(SettingsError) as wrong:
        Settings.from_app_context({key: {}, "callout": {"teams": []}, "@aws-cdk/core:x": True})
    assert str(wrong.value).splitlines() == [
        error,
        "context callout.teams: must not be empty, not []",
    ]


@pytest.mark.parametrize(
    ("trigger", "settings"),
    [
        ("alarms", {"prefixes": ["prod-"]}),
        ("alarms", {}),
        ("health", {"services": ["EC2"]}),
        ("guardduty", {"severity": "high"}),
        ("user_sign_in", {"users": ["ana"]}),
    ],
)
def test_mentioning_a_trigger_switches_it_on(trigger: str, settings: dict[str, Any]) -> None:
    def enabled(**more: bool) -> bool:
        context = {"triggers": {trigger: settings | more}}
        return trigger in Settings.from_context(context).triggers.enabled()

    assert trigger not in Settings().triggers.enabled()
    assert enabled()
    assert not enabled(enabled=False)


def settings_error(context: object) -> str:
    """Return the error for a context, or ""."""
    try:
        Settings.from_context(context)
    except SettingsError as wrong:
        return str(wrong)
    return ""


@pytest.mark.parametrize("name", RESERVED_ATTRIBUTES)
def test_the_message_attribute_cannot_be_a_reserved_attribute(name: str) -> None:
    with pytest.raises(SettingsError, match=f"'{name}' is reserved"):
        Settings.from_context(telephony(contact_flow_id=FLOW, message_attribute=name))


def test_a_trigger_may_set_each_severity_of_an_incident_and_no_other() -> None:
    assert get_args(Severity) == SEVERITIES


def test_all_attributes_of_a_flow_are_reserved() -> None:
    incident = Incident(id="one", kind="other", title="It is down", dedup_key="down")
    given = compose(incident, "en-US", "UTC").keys()
    assert set(RESERVED_ATTRIBUTES) == given - {"message"} | {"response"}
    assert '"response"' in content(contact_flow())


@pytest.mark.parametrize(
    ("region", "context", "parts"),
    [
        ("", {"max_call_seconds": 5}, ["callout: context callout.max_call_seconds: "]),
        ("", "{", ["callout: context callout: "]),
        (
            "eu-north-1",
            {},
            [
                "callout: context callout.home_region: not set, so the CDK's region is used",
                "'eu-north-1' is not a region with Amazon Connect; choose one of af-south-1, ",
            ],
        ),
    ],
)
def test_the_app_exits_with_the_error_only(
    tmp_path: Path, region: str, context: object, parts: list[str]
) -> None:
    done = synth.run(tmp_path, region=region, callout=context)
    assert done.returncode == 2
    [line] = done.stderr.splitlines()
    assert line.startswith(parts[0])
    assert all(part in line for part in parts)
    assert not list(tmp_path.glob("*.template.json"))


def test_the_region_comes_from_the_settings_then_the_command_line_then_the_default() -> None:
    assert Settings(home_region="eu-west-2").region("eu-north-1") == "eu-west-2"
    assert Settings().region("eu-west-2") == "eu-west-2"
    assert Settings().region(None) == "us-east-1"
    assert {"us-east-1", "us-gov-west-1"} <= set(regions_of("connect"))


@pytest.mark.parametrize("region", ["eu-west-2", "us-gov-west-1"])
def test_a_source_must_be_another_region_of_the_partition(region: str) -> None:
    settings = Settings.from_context({"sources": {"regions": [region]}})
    with pytest.raises(SettingsError, match=f"sources.regions: '{region}' must be another region"):
        settings.region("eu-west-2")


def test_a_team_name_may_equal_other_names_in_the_template(tmp_path: Path) -> None:
    parameters = synth.stacks(tmp_path, {"teams": TEAMS})["Callout"].of_type("AWS::SSM::Parameter")
    rosters = {parameter["Properties"]["Name"] for parameter in parameters.values()}
    assert rosters == {f"/callout/rosters/{team}" for team in TEAMS}
