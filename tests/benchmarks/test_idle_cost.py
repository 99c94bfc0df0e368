"""An idle deployment is cheap, whatever the number of teams."""

from __future__ import annotations

import pytest

from benchmarks.cost import idle_dollars, without_free
from benchmarks.deployment_size import count_resources

#: More than a drill takes (docs/performance.md, "drill").
DRILL = 0.0002


@pytest.mark.parametrize("teams", [1, 10])
def test_an_idle_deployment_costs_under_3_dollars_and_under_2_with_the_free_tier(
    teams: int,
) -> None:
    parts = idle_dollars(teams, DRILL)
    assert sum(parts.values()) < 3
    assert without_free(parts) < 2


def test_more_teams_add_only_drills_and_resources_without_a_price() -> None:
    one, ten = idle_dollars(1, DRILL), idle_dollars(10, DRILL)
    assert {part for part, price in ten.items() if one.get(part) != price} == {"daily drills"}
    more = count_resources({"teams": ["default", *"abcdefghi"]}) - count_resources({})
    assert more == {"AWS::SSM::Parameter": 9, "AWS::Scheduler::Schedule": 9}
