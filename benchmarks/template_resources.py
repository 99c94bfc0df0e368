"""Read resources from the synthesized template."""

from __future__ import annotations

import json
from collections import Counter
from functools import cache
from typing import TYPE_CHECKING, Any

from local.full_settings import FULL_SETTINGS
from local.simulation.synthesized_template import synthesized_template

if TYPE_CHECKING:
    from collections.abc import Mapping

FUNCTION = "AWS::Lambda::Function"
MB_PER_GB = 1024


def count_resources(settings: Mapping[str, Any]) -> Counter[str]:
    """Count the template's resources by type."""
    resources = synthesized_template(settings)["Resources"].values()
    return Counter(resource["Type"] for resource in resources)


def template_bytes(settings: Mapping[str, Any]) -> int:
    """Return the template's size without whitespace; CloudFormation's limit is 1 MB."""
    return len(json.dumps(synthesized_template(settings), separators=(",", ":")).encode())


@cache
def memory_gb() -> dict[str, float]:
    """Return each function's memory, by its module."""
    return {
        resource["Properties"]["Handler"].partition(".")[0]: resource["Properties"]["MemorySize"]
        / MB_PER_GB
        for resource in synthesized_template(FULL_SETTINGS)["Resources"].values()
        if resource["Type"] == FUNCTION
    }
