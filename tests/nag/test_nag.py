"""cdk-nag's AwsSolutions pack, over every stack with everything switched on."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

from local.environment import ROOT, local_environment

if TYPE_CHECKING:
    from pathlib import Path


def test_nag_finds_nothing_that_is_not_explained(tmp_path: Path) -> None:
    environment = local_environment("http://127.0.0.1:9") | {"CDK_OUTDIR": str(tmp_path)}

    done = subprocess.run(
        [sys.executable, "-m", "tests.nag.app"],
        cwd=ROOT,
        env=environment | {"JSII_NODE": str(ROOT / ".venv" / "bin" / "node")},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr[-2_000:]
    report = json.loads((tmp_path / "validation-report.json").read_text())
    assert "AwsSolutions" in json.dumps(report), "the pack did not run"
