"""Chat: its channels can do nothing, and without the settings there is no trace of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from local.full_settings import FULL_SETTINGS
from tests.infrastructure import synth

if TYPE_CHECKING:
    from pathlib import Path

SLACK = "AWS::Chatbot::SlackChannelConfiguration"
TEAMS = "AWS::Chatbot::MicrosoftTeamsChannelConfiguration"


def test_channels_have_a_role_without_permissions_and_deny_everything(full_assembly: Path) -> None:
    chat = synth.read(full_assembly)["CalloutChat"]

    [slack], [teams] = chat.properties(SLACK), chat.properties(TEAMS)
    for channel in (slack, teams):
        assert str(channel["GuardrailPolicies"]).endswith(":iam::aws:policy/AWSDenyAll']]}]")
        assert channel["LoggingLevel"] == "ERROR"
        assert len(channel["SnsTopicArns"]) == 1
    [role] = chat.properties("AWS::IAM::Role")
    assert role.keys() == {"AssumeRolePolicyDocument", "Description"}
    assert chat.of_type("AWS::IAM::Policy") == {}
    wanted = FULL_SETTINGS["notifications"]
    assert slack["SlackChannelId"] == wanted["slack"]["channel_id"]
    assert teams["TeamsChannelId"] == wanted["teams"]["channel_id"]


def test_the_topic_alone_is_for_an_existing_channel(tmp_path: Path) -> None:
    stacks = synth.stacks(tmp_path, {"notifications": {"chat_topic": True}})

    assert "CalloutChat" not in stacks
    assert len(stacks["Callout"].of_type("AWS::SNS::Topic")) == 2
    assert "ChatTopicArn" in stacks["Callout"].template["Outputs"]


def test_by_default_there_is_no_chat(assembly: Path) -> None:
    stacks = synth.read(assembly)

    assert stacks.keys() == {"Callout", "CalloutTelephony"}
    assert "post_to_chat" not in stacks["Callout"].functions
    assert len(stacks["Callout"].of_type("AWS::SNS::Topic")) == 1
