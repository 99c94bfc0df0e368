"""The roster that operators edit: one SSM parameter a team."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import Stack
from aws_cdk import aws_ssm as ssm
from constructs import Construct

if TYPE_CHECKING:
    from collections.abc import Sequence

PREFIX = "/callout/rosters/"
ANY_TEAM = "An event may name any team: all rosters, nothing else"

#: What a new deployment starts with. It names nobody, on purpose: a made-up number would
#: be somebody's. Until people are on it, a page tells SNS so at once.
EMPTY_ROSTER = """\
# Who is called when something happens, in order. Save it with at least one contact:
#
# timezone: Asia/Shanghai
# contacts:
#   - name: Li Wei
#     phone: +8613800138000
contacts: []
"""


class Rosters(Construct):
    """The rosters of the teams.

    CloudFormation writes their values once, at creation: what operators save afterwards
    stays, as long as the text above does not change.

    Attributes:
        parameters: the SSM parameter of each team.
    """

    def __init__(self, scope: Construct, construct_id: str, *, teams: Sequence[str]) -> None:
        super().__init__(scope, construct_id)
        self.parameters = {
            team: ssm.StringParameter(
                self,
                team_id(team),
                parameter_name=f"{PREFIX}{team}",
                description="Callout: who is on call. Edit and save; the next page follows it.",
                string_value=EMPTY_ROSTER,
            )
            for team in teams
        }


def team_id(team: str) -> str:
    """Give a construct id that is no other's, whatever a team is named: Bus, or Default."""
    return f"Team {team}"


def all_rosters(scope: Construct) -> str:
    """Give the ARN of every team's roster."""
    return Stack.of(scope).format_arn(
        service="ssm", resource="parameter", resource_name=f"{PREFIX.strip('/')}/*"
    )
