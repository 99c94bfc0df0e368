"""The template of stack `Callout`, synthesised where it has changed since it last was."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from local.emulator.cdk_deploy import synthesise
from local.environment import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

Json = dict[str, Any]

#: Where templates are kept; the CDK's own folder, so that `make clean` takes them away.
KEPT = ROOT / "cdk.out" / "virtual"


def template(settings: Mapping[str, Any]) -> Json:
    """Give the template that these settings make.

    Synthesis takes some seconds, so it is done once for each state of what it reads. The
    functions' code is not part of that: it does not show in what is read here.

    Raises:
        LocalError: it cannot be synthesised.
    """
    kept = KEPT / f"{_digest(settings)}.json"
    if not kept.exists():
        KEPT.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(dir=KEPT) as scratch:
            made = synthesise(Path(scratch, "cdk.out"), settings) / "Callout.template.json"
            os.replace(made, kept)  # noqa: PTH105 - at once, for others may be at it too
    found: Json = json.loads(kept.read_text())
    return found


def _digest(settings: Mapping[str, Any]) -> str:
    digest = hashlib.sha256(json.dumps(settings, sort_keys=True).encode())
    for path in _read_by_synthesis():
        digest.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:16]


def _read_by_synthesis() -> Iterator[Path]:
    yield ROOT / "app.py"
    yield ROOT / "cdk.json"
    yield ROOT / "requirements" / "dev.txt"
    workflow = (ROOT / "workflow").rglob("*")
    yield from sorted(one for one in workflow if one.suffix in (".py", ".json"))
