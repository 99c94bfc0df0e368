"""The functions' asset: pure Python, reproducible and self-contained."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
import zipfile
from importlib.metadata import distribution
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from workflow.lambda_asset import (
    LOCK,
    RUNTIME_PYTHON,
    BundleError,
    build,
    copy_distribution,
    locked,
)

if TYPE_CHECKING:
    from collections.abc import Callable

#: Bytes zipped, which every cold start loads: without and with bytecode.
LARGEST_ZIP, LARGEST_COMPILED_ZIP = 1_500_000, 2_500_000
PLAN = """
import json, sys
from datetime import datetime
from oncall.events.parse_event import incident_from_event
from oncall.calls.announcement import group_incidents
from oncall.calls.call import Telephony
from oncall.calls.planner import plan_page
from oncall.roster.parsing.parser import parse
from oncall.calls.announcement import build_announcement
roster = parse(open(sys.argv[1]).read())
at = datetime.fromisoformat("2026-01-12T09:00+08:00")
incident = incident_from_event(json.load(open(sys.argv[2])), fallback_id="one")
plan = plan_page(incident, roster, at, telephony=Telephony(90))
group = group_incidents(incident, [], ["en-US"])
announcement = build_announcement(group, plan, execution="a:b:c:d:e", telephony=Telephony(90))
files = [getattr(module, "__file__", None) for module in list(sys.modules.values())]
print(json.dumps({
    "numbers": plan.numbers,
    "incident": announcement.email.incident,
    "files": [file for file in files if file],
}))
"""
FIXTURES = Path(__file__).parents[1] / "fixtures"


def files_of(folder: Path) -> dict[str, bytes]:
    """Return the content of every file below a folder by relative path."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_the_asset_has_no_compiled_code(asset: Path) -> None:
    files = files_of(asset)
    assert not [name for name in files if name.endswith((".so", ".pyd", ".dylib"))]
    assert not [name for name, content in files.items() if content.startswith(b"\x7fELF")]


def test_a_package_that_is_not_pure_python_is_rejected_by_name(tmp_path: Path) -> None:
    with pytest.raises(BundleError, match=r"^pydantic.core is not pure Python \(.*\.so\)"):
        copy_distribution(distribution("pydantic-core"), tmp_path)


def test_the_asset_is_reproducible(asset: Path, tmp_path: Path) -> None:
    assert files_of(build(tmp_path / "again")) == files_of(asset)


def test_the_asset_has_the_functions_and_locked_packages_but_no_tests(asset: Path) -> None:
    names = files_of(asset)
    folders = {part for name in names for part in Path(name).parent.parts}

    assert {"open_incident.py", "plan_calls.py", "place_call.py", "check_call.py"} <= set(names)
    assert {name for name, _ in locked(LOCK.read_text())} == {
        "anyascii",
        "phonenumberslite",
        "ruamel-yaml",
        "tzdata",
    }
    assert {"anyascii", "phonenumbers", "ruamel", "tzdata", "oncall", "locales"} <= folders
    assert not folders & {"tests", "test"}
    assert not [name for name in folders if name.endswith(".dist-info")]


def test_the_asset_has_bytecode_only_for_the_lambda_runtime(asset: Path) -> None:
    compiled = [name for name in files_of(asset) if name.endswith(".pyc")]
    assert bool(compiled) == (sys.version_info[:2] == RUNTIME_PYTHON)


def test_the_asset_is_small(asset: Path, tmp_path: Path, measured: Callable[[str], None]) -> None:
    files = files_of(asset)
    zipped = tmp_path / "asset.zip"
    with zipfile.ZipFile(zipped, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)

    size = zipped.stat().st_size

    measured(f"asset: {len(files)} files, {size / 1000:.0f} kB zipped")
    compiled = any(name.endswith(".pyc") for name in files)
    assert size < (LARGEST_COMPILED_ZIP if compiled else LARGEST_ZIP)


def test_the_asset_plans_calls_without_other_packages(asset: Path) -> None:
    roster, event = FIXTURES / "rosters/rotation.yaml", FIXTURES / "events/root-sign-in.json"
    done = subprocess.run(
        # Without site-packages; like Lambda, without the system's time zones.
        [sys.executable, "-S", "-B", "-c", PLAN, roster, event],
        cwd=asset,
        env={"PYTHONTZPATH": "", "LANG": "C.UTF-8", "PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    plan = json.loads(done.stdout)
    assert plan["numbers"] == ["+8613800138000", "+8613800138000"]  # Li Wei's turn, two rounds
    assert "2026-01-05 11:12:45" in plan["incident"]  # 03:12:45 in UTC
    expected = (f"{asset}{os.sep}", sysconfig.get_path("stdlib"), "<")
    assert not [file for file in plan["files"] if not str(asset / file).startswith(expected)]
