"""The SSM parameters that hold the rosters, one for each team."""

from collections.abc import Sequence

from aws_cdk import RemovalPolicy, Stack
from aws_cdk import aws_ssm as ssm
from constructs import Construct

PREFIX = "/callout/rosters/"
ALL_ROSTERS_REASON = "An event may name any team; the wildcard covers rosters only"

#: The roster of a new deployment. It has no contact, because an example number might belong to
#: a real person. Until it has one, a page only notifies SNS.
EMPTY_ROSTER = """\
# Who is called for a page, in order. Add at least one contact and save:
#
# timezone: Asia/Shanghai
# contacts:
#   - name: Li Wei
#     phone: +8613800138000
contacts: []
"""


class RosterParameters(Construct):
    """The roster of each team.

    CloudFormation writes the value when it creates the parameter, and again whenever any property
    but the tags changes; that would replace the roster that operators saved. So no property may
    change from release to release (tests/infrastructure/test_stack.py). A team that is removed,
    or a stack that is deleted, leaves its rosters in place.
    """

    def __init__(self, scope: Construct, construct_id: str, *, teams: Sequence[str]) -> None:
        super().__init__(scope, construct_id)
        self.parameters = {
            team: ssm.StringParameter(
                self,
                team_construct_id(team),
                parameter_name=f"{PREFIX}{team}",
                description="Callout: who is on call. Edit and save; the next page uses it.",
                string_value=EMPTY_ROSTER,
            )
            for team in teams
        }
        for parameter in self.parameters.values():
            parameter.apply_removal_policy(RemovalPolicy.RETAIN)


def team_construct_id(team: str) -> str:
    """Return a construct id that cannot clash with other ids, such as Bus or Default."""
    return f"Team {team}"


def all_rosters_arn(scope: Construct) -> str:
    """Return the ARN, with a wildcard, of all rosters."""
    return Stack.of(scope).format_arn(
        service="ssm", resource="parameter", resource_name=f"{PREFIX.strip('/')}/*"
    )
