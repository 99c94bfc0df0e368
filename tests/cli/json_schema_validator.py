"""Validates documents against a JSON Schema, as editors do."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ruamel.yaml import YAML

from local.environment import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterable

VALIDATE = """
const Ajv = require(process.argv[1]);
const given = JSON.parse(require('fs').readFileSync(0, 'utf8'));
const validate = new Ajv({strict: true, allowUnionTypes: true}).compile(given.schema);
console.log(JSON.stringify(given.documents.map(document => validate(document))));
"""


def parse_as_editor(text: str) -> Any:  # noqa: ANN401 - any document
    """Read YAML as plain JSON."""
    return json.loads(json.dumps(YAML(typ="safe", pure=True).load(text), default=str))


def validate_with_ajv(schema: dict[str, Any], texts: Iterable[str]) -> list[bool]:
    """Return which texts are valid, by the validator that the checks of the definition use."""
    node = shutil.which("node", path=str(Path(sys.executable).parent))
    assert node, "run `make setup`"
    given = {"schema": schema, "documents": [parse_as_editor(text) for text in texts]}
    ajv = ROOT / "requirements/node_modules/ajv/dist/2020.js"
    result = subprocess.run(
        [node, "-e", VALIDATE, str(ajv)],
        input=json.dumps(given),
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    answers: list[bool] = json.loads(result.stdout)
    return answers
