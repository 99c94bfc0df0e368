"""The asset that all functions share, built without Docker and without a network.

It holds the folder `functions`, reduced AWS service models, and the locked, pure-Python
dependencies, copied from the environment that the lock file installed. The same bytes run on arm64
in Lambda and in the local emulator.
"""

import compileall
import re
import shutil
import sys
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path
from py_compile import PycInvalidationMode

from workflow.service_models import write_models

ROOT = Path(__file__).resolve().parent.parent
LOCK = ROOT / "requirements" / "functions.txt"
FUNCTIONS = ROOT / "functions"
#: Python version of the Lambda runtime, which ignores bytecode of any other version.
RUNTIME_PYTHON = (3, 13)
#: Files of a package that are not needed to import it.
EXCLUDED_FILES = re.compile(r"(^|/)(__pycache__|tests?)/|\.(pyc|pyi|c|h)$|(^|/)py\.typed$")


class BundleError(Exception):
    """The asset cannot be built; the message is one line, with the fix."""


def build(target: Path) -> Path:
    """Build the asset in a folder that does not exist yet, and return the folder.

    Raise BundleError if a package differs from the lock file or is not pure Python.
    """
    shutil.copytree(FUNCTIONS, target, ignore=shutil.ignore_patterns("__pycache__"))
    for name, version in locked(LOCK.read_text()):
        copy_distribution(_installed(name, version), target)
    write_models(target / "service_models")
    if sys.version_info[:2] == RUNTIME_PYTHON:
        # Not timestamp-based, because a zip does not preserve modification times.
        compileall.compile_dir(
            target,
            quiet=1,
            stripdir=str(target),
            invalidation_mode=PycInvalidationMode.UNCHECKED_HASH,
        )
    return target


def locked(lock: str) -> list[tuple[str, str]]:
    """Return the names and versions in a lock file."""
    return re.findall(r"^([\w.-]+)==([\w.]+)", lock, flags=re.MULTILINE)


def copy_distribution(package: Distribution, target: Path) -> None:
    """Copy the importable files of a package into the target folder."""
    for file in package.files or ():
        path = file.as_posix()
        if path.endswith((".so", ".pyd")):
            raise BundleError(
                f"{package.name} is not pure Python ({path}): remove it from dependencies"
            )
        if path.startswith("..") or ".dist-info/" in path or EXCLUDED_FILES.search(path):
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
