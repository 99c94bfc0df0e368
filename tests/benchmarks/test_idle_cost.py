"""An idle deployment is cheap, whatever the number of teams."""

from __future__ import annotations

from benchmarks.cost import idle_dollars, idle_resources, without_free

#: More than a drill takes (docs/performance.md, "drill").
DRILL = 0.0002


def test_an_idle_deployment_is_cheap_and_more_teams_add_only_drills() -> None:
    one, ten = idle_dollars(1, DRILL), idle_dollars(10, DRILL)

    assert all(sum(parts.values()) < 3 for parts in (one, ten))
    assert all(without_free(parts) < 2 for parts in (one, ten))
    assert {part for part, price in ten.items() if one.get(part) != price} == {"daily drills"}
    more = idle_resources(10) - idle_resources(1)
    assert more == {"AWS::SSM::Parameter": 9, "AWS::Scheduler::Schedule": 9}
