"""An idle deployment is cheap, whatever the number of teams."""

from __future__ import annotations

from benchmarks import aws_prices
from benchmarks.cost import idle_dollars, idle_resources, without_free
from benchmarks.deployment_size import count_resources

#: More than a drill takes (docs/performance.md, "drill").
DRILL = 0.0002


def test_an_idle_deployment_is_cheap_and_more_teams_add_only_drills() -> None:
    one, ten = idle_dollars(1, DRILL), idle_dollars(10, DRILL)

    assert all(sum(parts.values()) < 3 for parts in (one, ten))
    assert all(without_free(parts) < 2 for parts in (one, ten))
    assert {part for part, price in ten.items() if one.get(part) != price} == {"daily drills"}
    more = idle_resources(10) - idle_resources(1)
    assert more == {"AWS::SSM::Parameter": 9, "AWS::Scheduler::Schedule": 9}


def test_webhooks_topics_and_sources_cost_only_one_alarm_when_idle() -> None:
    topic = {"arn": "arn:aws:sns:us-east-1:123456789012:alerts"}
    more = count_resources(
        {
            "webhooks": [{"name": "grafana", "format": "grafana"}],
            "triggers": {"sns_topics": [topic]},
            "sources": {"organization": "o-a1b2c3d4e5"},
        }
    )

    priced = {kind: more[kind] - idle_resources(1)[kind] for kind in aws_prices.MONTH}
    assert priced == dict.fromkeys(priced, 0) | {"AWS::CloudWatch::Alarm": 1}
