"""Reads the settings of a deployment from a cdk.json."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from local.scenarios.file_kinds import SETTINGS
from local.scenarios.files import ScenarioError, read_text

if TYPE_CHECKING:
    from pathlib import Path


def read_context(path: Path) -> dict[str, Any]:
    """Return the CDK context in a file such as cdk.json; raise ScenarioError if there is none."""
    try:
        content = json.loads(read_text(path, SETTINGS))
    except ValueError as error:
        if isinstance(error, ScenarioError):
            raise
        raise ScenarioError(f"{path}: not JSON: {error}") from None
    context = content.get("context") if isinstance(content, dict) else None
    if not isinstance(context, dict):
        raise ScenarioError(f"{path}: no `context`: write the settings as in cdk.json")
    return context


def local_settings(context: dict[str, Any]) -> dict[str, Any]:
    """Return the settings in a CDK context, without the region: everything local is in one."""
    settings = context.get("callout") or {}
    if isinstance(settings, str):
        settings = json.loads(settings)
    return {key: value for key, value in settings.items() if key != "home_region"}
