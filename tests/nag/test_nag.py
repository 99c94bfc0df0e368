"""cdk-nag's AwsSolutions pack, over every stack with everything switched on."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import aws_cdk
from cdk_nag import AwsSolutionsChecks

from local.full_settings import EVERYTHING
from tests.template import app

if TYPE_CHECKING:
    from pathlib import Path


def nag(scope: aws_cdk.App) -> None:
    """Have what is synthesised looked at by the pack."""
    aws_cdk.Validations.of(scope).add_plugins(AwsSolutionsChecks(scope, verbose=True))


def test_nag_finds_nothing_that_is_not_explained(tmp_path: Path) -> None:
    app.synthesise(tmp_path, EVERYTHING, region="eu-west-2", check=nag)

    report = json.loads((tmp_path / "validation-report.json").read_text())
    assert "AwsSolutions" in json.dumps(report), "the pack did not run"
