"""The tree leads to the file, and each layer imports only what lies below it."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections import defaultdict
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path
from shutil import which
from typing import TYPE_CHECKING

import pytest

from local.environment import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

#: Why files may share a base name: the base names by reason.
SHARED_NAMES = {
    "Python, pytest or GitHub looks for it": "__init__.py __main__.py conftest.py README.md",
    "the CDK app; the command `callout simulate`": "app.py",
    "the domain or the simulation; the command": "call.py errors.py timeline.py",
    "the construct; its section of the settings": "notifications.py telephony.py webhooks.py",
    "the settings; their reference in the docs": "settings.py",
    "on the emulator; in virtual time": "system.py test_scenarios.py",
    "for the phones page; for the rest": "run.py sample_events.py server.py",
    "of each group of commands": "json_schema.py output.py",
    "of each subject, on the emulator": "test_emulator.py",
    "the state of the lock; the functions that use it": "test_team_lock.py",
}
STANDARD_LIBRARY = "|".join(sys.stdlib_module_names)


@cache
def tracked_files() -> tuple[Path, ...]:
    """List the files in git, relative to the root; deleted ones are left out."""
    command = [which("git") or "git", "ls-files"]
    listed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    return tuple(path for path in map(Path, listed.splitlines()) if (ROOT / path).exists())


@cache
def modules() -> dict[str, Path]:
    """Map the name by which each module is imported to its file."""
    found = {}
    for path in tracked_files():
        if path.suffix == ".py":
            parts = path.parts[1:] if path.parts[0] == "functions" else path.parts
            name = ".".join(parts).removesuffix(".py").removesuffix(".__init__")
            found[name] = path
    return found


def imports(path: Path, *, at_import_time: bool = False) -> Iterator[str]:
    """Yield the modules that a file imports, `at_import_time` only those that its import loads."""
    pending: list[ast.AST] = [ast.parse((ROOT / path).read_text())]
    while pending:
        node = pending.pop()
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                submodule = f"{node.module}.{alias.name}"
                yield submodule if submodule in modules() else str(node.module)
        elif at_import_time and isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        elif at_import_time and isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test):
            pending += node.orelse
        else:
            pending += ast.iter_child_nodes(node)


def test_two_files_share_a_base_name_only_for_a_reason() -> None:
    paths = defaultdict(list)
    for path in map(Path.as_posix, tracked_files()):
        if not path.startswith("docs/zh-CN/"):  # a translation has the name of its original
            paths[path.rpartition("/")[2]].append(path)
    explained = " ".join(SHARED_NAMES.values()).split()
    shared = {name: found for name, found in paths.items() if len(found) > 1}
    assert {name: found for name, found in shared.items() if name not in explained} == {}


@pytest.mark.parametrize(
    ("files", "forbidden"),
    [
        # The simulated Connect plays the contact flow that is deployed.
        (r"local/", r"callout|tests|benchmarks|workflow(?!\.contact_flow\b)"),
        (r"workflow/", r"callout|local|tests|benchmarks"),
        (r"functions/oncall/", r"boto3|botocore|adapters"),
        (r"functions/\w+\.py", rf"(?!(adapters|oncall|{STANDARD_LIBRARY})\b)"),
    ],
    ids=["local", "workflow", "oncall", "handlers"],
)
def test_a_layer_imports_only_what_is_below_it(files: str, forbidden: str) -> None:
    wrong = [
        f"{path} imports {module}"
        for path in modules().values()
        if re.match(files, path.as_posix())
        for module in imports(path)
        if re.match(rf"({forbidden})\b", module)
    ]
    assert wrong == []


def test_modules_do_not_import_each_other_in_a_cycle() -> None:
    graph = {
        name: {module for module in imports(path, at_import_time=True) if module in modules()}
        for name, path in modules().items()
    }
    TopologicalSorter(graph).prepare()
