"""The YAML text of a scenario file, and the position of each value in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ruamel.yaml import YAML
from ruamel.yaml.constructor import SafeConstructor
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from local.scenarios.files import ScenarioError
from oncall.mask_phone_number import mask

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path


class NotYamlError(ValueError):
    """The text is not YAML; one line that begins with the position, if known: `3:1: `."""


class ScenarioSource:
    """The text of a scenario file and its value; raises NotYamlError."""

    def __init__(self, text: str) -> None:
        try:
            yaml = _yaml()
            self._root: Node | None = yaml.compose(text)
            self.value: Any = self._root and yaml.constructor.construct_document(self._root)
        except MarkedYAMLError as error:
            mark = error.problem_mark
            place = f"{mark.line + 1}:{mark.column + 1}: " if mark else ""
            problem = " ".join(str(error.problem or error.context).split())
            raise NotYamlError(f"{place}not YAML: {problem}") from None
        except (
            YAMLError,
            ValueError,
        ) as error:  # a character that YAML does not allow, for example
            problem = " ".join(str(error).split())
            raise NotYamlError(f"not YAML: {problem}") from None

    def place(self, path: Sequence[str | int]) -> tuple[int, int]:
        """Return line and column, from 1, of the value at a path, or of its nearest parent."""
        node, mark = self._root, self._root.start_mark if self._root else None
        for step in path:
            found = _below(node, step)
            if found is None:
                break
            mark, node = found
        return (mark.line + 1, mark.column + 1) if mark else (1, 1)


class _AsWritten(SafeConstructor):
    """Keeps values as text that YAML would convert unexpectedly."""

    def integer(self, node: ScalarNode) -> int | str:
        """Read a number; keep unusual spellings, such as phone numbers, as text."""
        value: int = self.construct_yaml_int(node)
        return value if str(value) == node.value else str(node.value)

    def text(self, node: ScalarNode) -> str:
        """Keep a time as text, as in events and rosters."""
        return str(node.value)


_AsWritten.add_constructor("tag:yaml.org,2002:int", _AsWritten.integer)
_AsWritten.add_constructor("tag:yaml.org,2002:timestamp", _AsWritten.text)


def _yaml() -> YAML:
    yaml = YAML(typ="safe", pure=True)
    yaml.Constructor = _AsWritten
    return yaml


def _below(node: Node | None, step: str | int) -> tuple[Any, Node] | None:
    """Return where the value under a key or index begins, and the value."""
    if isinstance(node, MappingNode):
        for key, value in node.value:
            if key.value == str(step):
                return key.start_mark, value
    if isinstance(node, SequenceNode) and isinstance(step, int) and step < len(node.value):
        return node.value[step].start_mark, node.value[step]
    return None


def refusal(
    path: Path, text: ScenarioSource, problems: Iterable[tuple[tuple[str | int, ...], str]]
) -> ScenarioError:
    """Return the error that lists the problems of a file, each with its path, by line."""
    lines: dict[str, tuple[int, int]] = {}
    for loc, problem in problems:
        line, column = place = text.place(loc)
        where = ".".join(mask(step) if step.startswith("+") else step for step in map(str, loc))
        lines[f"{path}:{line}:{column}: {where or 'scenario'}: {problem}"] = place
    return ScenarioError("\n".join(sorted(lines, key=lambda line: lines[line])))
