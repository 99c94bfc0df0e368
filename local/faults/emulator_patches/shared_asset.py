"""Unpacks the functions' code once, however many processes run it.

By default the emulator unpacks the asset for each process that it starts: 1,300 files, which Python
then compiles again too. In Lambda the code is in place when an environment starts. With this patch
a process gets a folder of links to one unpacked copy; no function of ours writes there.
"""

from __future__ import annotations

import tempfile
import zipfile
from hashlib import sha256
from pathlib import Path
from threading import Lock
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from ministack.core import lambda_runtime  # type: ignore[import-untyped]

if TYPE_CHECKING:
    import os

_LOCK = Lock()


class _SharedZipFile(zipfile.ZipFile):
    """A zip file of a function's code."""

    def extractall(self, path: str | os.PathLike[str] | None = None, *_: Any) -> None:  # noqa: ANN401 - as ZipFile has it
        """Fill a folder with links to the unpacked content."""
        digest = sha256(Path(str(self.filename)).read_bytes()).hexdigest()
        unpacked = Path(tempfile.gettempdir(), f"code-{digest}")
        with _LOCK:
            if not unpacked.exists():
                incomplete = unpacked.with_suffix(".incomplete")  # left behind if unpacking fails
                super().extractall(incomplete)
                (incomplete / "__pycache__").mkdir(exist_ok=True)
                incomplete.rename(unpacked)
        for item in unpacked.iterdir():
            Path(str(path), item.name).symlink_to(item)


def share_code() -> None:
    """Make the emulator's processes share the unpacked code."""
    # Fail if the name is gone: without it each process would silently unpack its own copy.
    if not hasattr(lambda_runtime, "zipfile"):
        raise SystemExit(
            "ministack no longer unpacks code with zipfile: update local/faults/emulator_patches"
        )
    lambda_runtime.zipfile = SimpleNamespace(**vars(zipfile) | {"ZipFile": _SharedZipFile})
