"""The template of stack `Callout`, synthesized again only if its sources have changed."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from local.emulator.cdk_deploy import synthesize
from local.environment import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

Json = dict[str, Any]

#: Folder of the cached templates, in the CDK's folder, so that `make clean` removes it.
CACHE = ROOT / "cdk.out" / "virtual"


def synthesized_template(settings: Mapping[str, Any]) -> Json:
    """Return the template for these settings.

    Synthesis takes some seconds, so its result is cached by the content of what it reads. The
    functions' code is not part of that: it does not change the parts of the template used here.
    """
    cached = cached_template(settings)
    if not cached.exists():
        with TemporaryDirectory() as scratch:
            cache_template(synthesize(Path(scratch, "cdk.out"), settings), settings)
    template: Json = json.loads(cached.read_text())
    return template


def cache_template(assembly: Path, settings: Mapping[str, Any]) -> None:
    """Keep the template of an assembly that was just synthesized with these settings."""
    CACHE.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=CACHE) as scratch:
        copy = shutil.copy(assembly / "Callout.template.json", scratch)
        os.replace(copy, cached_template(settings))  # noqa: PTH105 - atomic: others may do the same


def cached_template(settings: Mapping[str, Any]) -> Path:
    """Return where the template is, if it was synthesized with these settings and sources."""
    return CACHE / f"{_digest(settings)}.json"


def _digest(settings: Mapping[str, Any]) -> str:
    digest = hashlib.sha256(json.dumps(settings, sort_keys=True).encode())
    for path in _sources():
        digest.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:16]


def _sources() -> Iterator[Path]:
    yield ROOT / "app.py"
    yield ROOT / "cdk.json"
    yield ROOT / "requirements" / "dev.txt"
    workflow = (ROOT / "workflow").rglob("*")
    yield from sorted(path for path in workflow if path.suffix in (".py", ".json"))
