"""A function's code is unpacked once, however many processes run it.

As it comes, the emulator unpacks the asset for each process that it starts: 1,300 files, whose
bytecode is then made anew too. In Lambda the code is there when an environment starts. What a
process gets is a folder of links to what was unpacked; no function of ours writes there.
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

_UNPACKING = Lock()


class _UnpackedOnce(zipfile.ZipFile):
    """A zip of a function's code."""

    def extractall(self, path: str | os.PathLike[str] | None = None, *_: Any) -> None:  # noqa: ANN401 - as ZipFile has it
        """Fill a folder with links to what the zip holds."""
        digest = sha256(Path(str(self.filename)).read_bytes()).hexdigest()
        unpacked = Path(tempfile.gettempdir(), f"code-{digest}")
        with _UNPACKING:
            if not unpacked.exists():
                begun = unpacked.with_suffix(".begun")  # one that failed is not taken for whole
                super().extractall(begun)
                (begun / "__pycache__").mkdir(exist_ok=True)
                begun.rename(unpacked)
        for one in unpacked.iterdir():
            Path(str(path), one.name).symlink_to(one)


def share_code() -> None:
    """Have the emulator's processes share what was unpacked."""
    # A missing name must be loud: without it, each process would unpack as before, unseen.
    if not hasattr(lambda_runtime, "zipfile"):
        raise SystemExit("ministack unpacks code in another way: see local/faults/emulator_patches")
    lambda_runtime.zipfile = SimpleNamespace(**vars(zipfile) | {"ZipFile": _UnpackedOnce})
