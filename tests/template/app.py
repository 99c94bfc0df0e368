"""The CDK app as the CDK command line runs it, with nothing to reach beyond this machine."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

from local.environment import ROOT, free_port
from tests.template.stack import Stack

if TYPE_CHECKING:
    from pathlib import Path

#: Seconds; one takes about four on two cores.
LIMIT = 120


def run(outdir: Path, *, region: str = "", **context: object) -> subprocess.CompletedProcess[str]:
    """Run `python app.py` without credentials and without a network.

    Args:
        outdir: where the cloud assembly goes.
        region: what the CDK command line is called with; empty: it knows of none.
        context: what `--context` sets, over what cdk.json says.
    """
    of_the_project = json.loads((ROOT / "cdk.json").read_text())["context"]
    nobody_there = f"http://127.0.0.1:{free_port()}"
    kept = {name: os.environ[name] for name in ("HOME", "PATH", "TMPDIR") if name in os.environ}
    return subprocess.run(
        [sys.executable, ROOT / "app.py"],
        cwd=ROOT,
        env=kept
        | ({"CDK_DEFAULT_REGION": region} if region else {})
        | {
            "CDK_OUTDIR": str(outdir),
            "CDK_CONTEXT_JSON": json.dumps(of_the_project | context),
            "HTTP_PROXY": nobody_there,
            "HTTPS_PROXY": nobody_there,
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            "AWS_EC2_METADATA_DISABLED": "true",
        },
        capture_output=True,
        text=True,
        timeout=LIMIT,
        check=False,
    )


def stacks(outdir: Path, settings: object) -> dict[str, Stack]:
    """Give the stacks that some settings make, by name."""
    done = run(outdir, callout=settings)
    assert done.returncode == 0, done.stderr
    return read(outdir)


def read(outdir: Path) -> dict[str, Stack]:
    """Give the stacks in a folder that the app has written."""
    return {
        path.name.removesuffix(".template.json"): Stack(json.loads(path.read_text()))
        for path in outdir.glob("*.template.json")
    }
