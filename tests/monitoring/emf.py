"""Read embedded metrics from log lines, as CloudWatch Logs does."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import pytest

Dimensions = frozenset[tuple[str, str]]
#: Units of PutMetricData that are in use here.
UNITS = {"Count", "Seconds"}


class Metric(NamedTuple):
    """A metric's name and its dimensions."""

    name: str
    dimensions: Dimensions = frozenset()


def metric(name: str, **dimensions: str) -> Metric:
    """Return a metric with dimensions."""
    return Metric(name, frozenset(dimensions.items()))


def read(text: str) -> dict[Metric, float]:
    """Read every metric of namespace Callout from log lines; fail on a second value."""
    found: dict[Metric, float] = {}
    for line in text.splitlines():
        root = json.loads(line)
        if "_aws" not in root:
            continue
        assert isinstance(root["_aws"]["Timestamp"], int)
        for directive in root["_aws"]["CloudWatchMetrics"]:
            assert directive["Namespace"] == "Callout"
            assert directive["Dimensions"], "without a set of dimensions nothing is stored"
            for keys in directive["Dimensions"]:
                assert all(isinstance(root[key], str) and root[key] for key in keys)
                for definition in directive["Metrics"]:
                    assert definition["Unit"] in UNITS
                    name = metric(definition["Name"], **{key: root[key] for key in keys})
                    assert name not in found
                    found[name] = float(root[name.name])
    return found


def written(capsys: pytest.CaptureFixture[str]) -> dict[Metric, float]:
    """Read the metrics written since the last call."""
    return read(capsys.readouterr().out)
