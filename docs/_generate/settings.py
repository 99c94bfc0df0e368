"""Generate the settings reference from the models that validate the settings."""

from __future__ import annotations

import json
from itertools import chain
from types import NoneType, UnionType
from typing import TYPE_CHECKING, Annotated, Any, Literal, Union, get_args, get_origin

from annotated_types import Ge, Le, MaxLen, MinLen
from pydantic import BaseModel

from docs._generate.markdown import alternatives, item, paragraph
from workflow.settings.settings import Settings
from workflow.settings.triggers import Route, Trigger, Triggers
from workflow.settings.types import Constraint

if TYPE_CHECKING:
    from collections.abc import Container, Iterator, Sequence

    from pydantic.fields import FieldInfo

#: Names of the JSON types, for settings without further constraints.
JSON_TYPES = {
    bool: "`true` or `false`",
    dict: "object",
    float: "number",
    int: "whole number",
    str: "string",
}


def sections() -> dict[str, str]:
    """Return the sections of docs/settings.md."""
    models = {key: _model_of(field.annotation) for key, field in Settings.model_fields.items()}
    subsections = {
        key: [paragraph(model.__doc__ or ""), "", *entries(model)]
        for key, model in models.items()
        if model and model is not Triggers
    }
    return {
        "settings": "\n".join(entries(Settings)),
        "triggers": "\n".join(_triggers()),
        **{key: "\n".join(lines) for key, lines in subsections.items()},
    }


def _triggers() -> Iterator[str]:
    yield from ["Every trigger has these settings:", "", *entries(Trigger), ""]
    others = "`page`, `patterns` and `sns_topics`"
    yield from [f"All triggers except {others} can be a list of routes, and also have:", ""]
    yield from [*entries(Route, without=Trigger.model_fields), "", "The triggers:", ""]
    for key, field in Triggers.model_fields.items():
        model = _model_of(field.annotation)
        if model is None:
            raise TypeError(f"{key} is not a trigger")
        enabled = getattr(field.default, "enabled", False)
        default = "on by default" if enabled else "off by default"
        if get_origin(field.annotation) is list:
            default = "list of objects, empty by default"
        yield item(f"**`{key}`**: {default}. {model.__doc__}")
        yield from entries(model, level=1, without=Route.model_fields)


def entries(
    model: type[BaseModel], *, level: int = 0, without: Container[str] = ()
) -> Iterator[str]:
    """Yield a list item for each setting of a model, and for the settings nested in it."""
    for key, field in model.model_fields.items():
        if key in without:
            continue
        if not field.description:
            raise TypeError(f"{key} has no docstring")
        nested = _model_of(field.annotation)
        value_type = "object" if nested else _type(field.annotation, field.metadata)
        if nested and get_origin(field.annotation) is list:
            value_type = "list of objects"
        yield item(f"**`{key}`**: {value_type}; {_default(field)}. {field.description}", level)
        if nested and model is not Settings:  # the models in Settings have their own sections
            yield from entries(nested, level=level + 1)


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "required"
    match field.default:
        case None:
            return "optional"
        case BaseModel():
            return "see below"
        case [] | dict():
            return "empty by default"
        case value:
            return f"default `{json.dumps(value)}`"


def _type(annotation: Any, metadata: Sequence[object] = ()) -> str:  # noqa: ANN401 - any type
    """Describe the type of a value and its constraints."""
    args = get_args(annotation)
    match get_origin(annotation):
        case origin if origin is Annotated:
            # Pydantic's Field contains metadata of its own.
            constraints = [getattr(arg, "metadata", [arg]) for arg in args[1:]]
            return _type(args[0], (*metadata, *chain.from_iterable(constraints)))
        case origin if origin in (Union, UnionType):
            [arg] = [arg for arg in args if arg is not NoneType]
            return _type(arg, metadata)
        case origin if origin is Literal:
            return alternatives(args)
        case origin if origin is list:
            limits = f" ({', '.join(map(_limit, metadata))})" if metadata else ""
            return f"list{limits}, each item {_type(args[0])}"
    descriptions = [item.description for item in metadata if isinstance(item, Constraint)]
    return " ".join(descriptions) or _json_type(annotation, metadata)


def _json_type(annotation: Any, metadata: Sequence[object]) -> str:  # noqa: ANN401 - any type
    json_type = JSON_TYPES[get_origin(annotation) or annotation]
    bounds = {type(bound): bound for bound in metadata}
    match bounds.get(Ge), bounds.get(Le), bounds.get(MinLen), bounds.get(MaxLen):
        case Ge(lowest), Le(highest), None, None:
            return f"{json_type}, {lowest} to {highest:,}"
        case None, None, MinLen(shortest), MaxLen(longest):
            return f"{json_type} of {shortest} to {longest} characters"
        case None, None, None, None:
            return json_type
    raise TypeError(f"add a description for {annotation} with {metadata}")


def _limit(constraint: object) -> str:
    match constraint:
        case Constraint(description=description):
            return description
        case MinLen(1):
            return "not empty"
    raise TypeError(f"add a description for {constraint}")


def _model_of(annotation: Any) -> type[BaseModel] | None:  # noqa: ANN401 - any type
    """Return the model of a setting or of the items of a list; None if there is none."""
    for candidate in (
        annotation,
        *(getattr(arg, "__origin__", arg) for arg in get_args(annotation)),
    ):
        if isinstance(candidate, type) and issubclass(candidate, BaseModel):
            return candidate
    return None
