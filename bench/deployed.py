"""What is deployed, as its template says."""

from __future__ import annotations

import json
from collections import Counter
from functools import cache
from typing import TYPE_CHECKING, Any

from local.full_settings import EVERYTHING
from local.simulation.synthesized_template import template

if TYPE_CHECKING:
    from collections.abc import Mapping

FUNCTION = "AWS::Lambda::Function"
MB_A_GB = 1024


def resources(settings: Mapping[str, Any]) -> Counter[str]:
    """Count the resources that these settings make, by type."""
    return Counter(one["Type"] for one in template(settings)["Resources"].values())


def template_bytes(settings: Mapping[str, Any]) -> int:
    """Measure the template without what JSON may do without; CloudFormation takes 1 MB."""
    return len(json.dumps(template(settings), separators=(",", ":")).encode())


@cache
def memory_gb() -> dict[str, float]:
    """Give each function's memory, by the name of its module."""
    return {
        one["Properties"]["Handler"].partition(".")[0]: one["Properties"]["MemorySize"] / MB_A_GB
        for one in template(EVERYTHING)["Resources"].values()
        if one["Type"] == FUNCTION
    }
