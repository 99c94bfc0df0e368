"""Describe invalid settings: one line each, with the key, what is wrong, and what to write."""

import copy
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

#: What a value must be, by pydantic's type of the error; filled in with its context.
_REQUIREMENTS = {
    "missing": "is missing: add it",
    "literal_error": "must be {expected}",
    "bool_type": "must be true or false",
    "int_type": "must be a whole number",
    "int_from_float": "must be a whole number",
    "float_type": "must be a number",
    "finite_number": "must be a number",
    "string_type": "must be a string in quotes",
    "list_type": "must be a list: [...]",
    "dict_type": "must be an object: {{...}}",
    "model_type": "must be an object: {{...}}",
    "greater_than_equal": "must be at least {ge:,}",
    "less_than_equal": "must be at most {le:,}",
    "too_short": "must not be empty",
    "string_too_short": "must not be empty",
    "string_too_long": "must have at most {max_length:,} characters",
}
#: Tags of the two forms of a trigger, an object or a list; omitted from paths.
ONE, SEVERAL = "[one]", "[several]"
_MAX_VALUE_CHARACTERS = 60


def problems(context: Mapping[str, Any], root: type[BaseModel]) -> list[str]:
    """Return a line for each problem of the settings in a context; none if they are valid.

    Settings are compared with each other only if each is valid alone. So validate again without
    the invalid ones, and keep what the comparison finds.
    """
    found = _errors(context, root)
    lines = [line for error in found for line in _describe(error, root)]
    invalid = [error["loc"] for error in found if error["type"] != "value_error" or error["loc"]]
    if invalid and not any(path[:1] in ((), ("teams",)) for path in invalid):
        rest = copy.deepcopy(dict(context))
        for path in invalid:
            _remove(rest, path)
        lines += [
            line
            for error in _errors(rest, root)
            if error["type"] == "value_error"
            for line in _describe(error, root)
            if line not in lines
        ]
    return lines


def _errors(context: Mapping[str, Any], root: type[BaseModel]) -> list[ErrorDetails]:
    try:
        root.model_validate(context)
    except ValidationError as error:
        found = error.errors()
        for each in found:
            each["loc"] = tuple(step for step in each["loc"] if step not in (ONE, SEVERAL))
        return found
    return []


def _remove(settings: Any, path: Sequence[str | int]) -> None:  # noqa: ANN401 - JSON
    """Remove the setting at a path, or the list that it is in."""
    for step in path[:-1]:
        if not isinstance(settings.get(step), dict):
            break
        settings, path = settings[step], path[1:]
    settings.pop(path[0], None)


def _describe(error: ErrorDetails, root: type[BaseModel]) -> Iterator[str]:
    """Yield the lines for one of pydantic's errors in a model."""
    path = [str(step) for step in error["loc"] if step != "[key]"]
    key = "context " + ".".join(["callout", *path])
    kind = error["type"]
    if kind == "extra_forbidden":
        yield f"{key}: unknown setting: {_where_it_belongs(path, root)}"
    elif kind == "value_error":
        yield from (f"{key}: {line}" for line in str(error["ctx"]["error"]).splitlines())
    elif kind == "missing":
        yield f"{key}: {_REQUIREMENTS[kind]}"
    else:
        must = _REQUIREMENTS.get(kind, "is not valid here").format(**error.get("ctx", {}))
        yield f"{key}: {must}, not {_shown(error['input'])}"


def misplaced_keys(context: Iterable[str], root: type[BaseModel]) -> list[str]:
    """Return a line for each key of the CDK context that should be `callout` or inside it."""
    lines = []
    for key in context:
        if key == "callout" or key.startswith("@"):
            continue
        if get_close_matches(key.lower(), ["callout"], cutoff=0.8):
            lines.append(f"context {key}: unknown key: rename it to `callout`")
        elif key in root.model_fields:
            lines.append(
                f"context {key}: settings are read from `callout`: move it to callout.{key}"
            )
    return lines


def raise_all(checks: Iterable[Callable[[], Iterator[str]]]) -> None:
    """Raise one ValueError with a line for each problem that the checks find."""
    if problems := [problem for check in checks for problem in check()]:
        raise ValueError("\n".join(problems))


def _where_it_belongs(path: Sequence[str], root: type[BaseModel]) -> str:
    known = _fields_at(path[:-1], root)
    if similar := get_close_matches(path[-1], known, n=1):
        return f"did you mean `{similar[0]}`?"
    if elsewhere := [place for place in _places(root, path[-1]) if place != ".".join(path)]:
        return f"move it to callout.{elsewhere[0]}"
    return f"remove it, or use one of: {', '.join(known) or 'none'}"


def _places(model: type[BaseModel], name: str, prefix: str = "") -> Iterator[str]:
    """Yield the dotted keys of the settings with a name."""
    for key, field in model.model_fields.items():
        if key == name:
            yield prefix + key
        if isinstance(field.default, BaseModel):
            yield from _places(type(field.default), name, f"{prefix}{key}.")


def _fields_at(path: Sequence[str], root: type[BaseModel]) -> list[str]:
    """Return the names of the settings below a path."""
    model: Any = root
    for step in path:
        if step.isdecimal():  # an item of a list; the previous step found its model
            continue
        field = model.model_fields[step]
        candidates = [field.annotation, *getattr(field.annotation, "__args__", ())]
        model = next(
            (candidate for candidate in candidates if hasattr(candidate, "model_fields")), None
        )
        if model is None:
            return []
    return list(model.model_fields)


def _shown(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False, default=str)
    text = "".join(char if char.isprintable() else " " for char in text)  # one line
    return text if len(text) <= _MAX_VALUE_CHARACTERS else f"{text[:_MAX_VALUE_CHARACTERS]}..."
