"""The functions' one asset, built without Docker and without a network.

Our handlers, the package `oncall` and the locked, pure-Python dependencies, copied from
the environment that the lock file installed. The same bytes run on arm64 in Lambda and
under a local emulator.
"""

from __future__ import annotations

import compileall
import re
import shutil
import sys
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path
from py_compile import PycInvalidationMode

ROOT = Path(__file__).resolve().parent.parent
LOCK = ROOT / "requirements" / "functions.txt"
FUNCTIONS = ROOT / "functions"
#: Python of the Lambda runtime: bytecode of another version would be dead weight.
RUNTIME_PYTHON = (3, 13)
#: What a package brings that no import reads.
LEFT_OUT = re.compile(r"(^|/)(__pycache__|tests?)/|\.(pyc|pyi|c|h)$|(^|/)py\.typed$")


class BundleError(Exception):
    """The asset cannot be built; the text is one line that says what to do."""


def build(target: Path) -> Path:
    """Build the asset into a folder that is not there yet, and return it.

    Raises:
        BundleError: what is installed is not what is locked, or is not pure Python.
    """
    shutil.copytree(FUNCTIONS, target, ignore=shutil.ignore_patterns("__pycache__"))
    for name, version in locked(LOCK.read_text()):
        copy_distribution(_installed(name, version), target)
    if sys.version_info[:2] == RUNTIME_PYTHON:
        # Hash-based and unchecked: a zip does not keep the times that others compare.
        compileall.compile_dir(
            target,
            quiet=1,
            stripdir=str(target),
            invalidation_mode=PycInvalidationMode.UNCHECKED_HASH,
        )
    return target


def locked(lock: str) -> list[tuple[str, str]]:
    """Names and versions in a lock file's text."""
    return re.findall(r"^([\w.-]+)==([\w.]+)", lock, flags=re.MULTILINE)


def copy_distribution(package: Distribution, target: Path) -> None:
    """Copy a package's importable files below the target."""
    for file in package.files or ():
        path = file.as_posix()
        if path.endswith((".so", ".pyd")):
            raise BundleError(f"{package.name} is not pure Python ({path}): it cannot be shipped")
        if path.startswith("..") or ".dist-info/" in path or LEFT_OUT.search(path):
            continue
        destination = target / path
        destination.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(str(package.locate_file(file)), destination)


def _installed(name: str, version: str) -> Distribution:
    try:
        package = distribution(name)
    except PackageNotFoundError:
        raise BundleError(f"{name} is not installed: run `make setup`") from None
    if package.version != version:
        raise BundleError(
            f"{name} {package.version} is installed, {version} is locked: run `make setup`"
        )
    return package
