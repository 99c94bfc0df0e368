"""The stacks that this process synthesizes are those of the app, and cdk-nag accepts them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import aws_cdk
from cdk_nag import AwsSolutionsChecks

from local.full_settings import FULL_SETTINGS
from tests.infrastructure import synth

if TYPE_CHECKING:
    from pathlib import Path


def test_in_process_synthesis_matches_the_app(assembly: Path, tmp_path: Path) -> None:
    synth.synthesize(tmp_path, {})
    assert written(tmp_path) == written(assembly)


def written(folder: Path) -> dict[str, bytes]:
    """Return the content of every file but the asset's, whose name is the digest of its content."""
    return {path.name: path.read_bytes() if path.is_file() else b"" for path in folder.iterdir()}


def nag(scope: aws_cdk.App) -> None:
    """Validate the synthesized stacks with the AwsSolutions pack."""
    aws_cdk.Validations.of(scope).add_plugins(AwsSolutionsChecks(scope, verbose=True))


def test_cdk_nag_reports_nothing_unexplained(tmp_path: Path) -> None:
    synth.synthesize(tmp_path, FULL_SETTINGS, region="eu-west-2", check=nag)
    report = json.loads((tmp_path / "validation-report.json").read_text())
    assert "AwsSolutions" in json.dumps(report), "the pack did not run"
