"""The settings, as the models that validate them say."""

from __future__ import annotations

import json
from itertools import chain
from types import NoneType, UnionType
from typing import TYPE_CHECKING, Annotated, Any, Literal, Union, get_args, get_origin

from annotated_types import Ge, Le, MaxLen, MinLen
from pydantic import BaseModel

from docs._generate.markdown import either, item, paragraph
from workflow.settings.settings import Settings
from workflow.settings.triggers import Trigger, Triggers
from workflow.settings.types import Asks

if TYPE_CHECKING:
    from collections.abc import Container, Iterator, Sequence

    from pydantic.fields import FieldInfo

#: JSON's words for what a setting is, where its type says nothing more.
PLAIN = {
    bool: "`true` or `false`",
    dict: "object",
    float: "number",
    int: "whole number",
    str: "text",
}


def sections() -> dict[str, str]:
    """Give the sections of docs/settings.md."""
    parts = {key: _model_of(field.annotation) for key, field in Settings.model_fields.items()}
    below = {
        key: [paragraph(model.__doc__ or ""), "", *entries(model)]
        for key, model in parts.items()
        if model and model is not Triggers
    }
    return {
        "settings": "\n".join(entries(Settings)),
        "triggers": "\n".join(_triggers()),
        **{key: "\n".join(lines) for key, lines in below.items()},
    }


def _triggers() -> Iterator[str]:
    yield from ["Each trigger has these:", "", *entries(Trigger), "", "And these are there:", ""]
    for key, field in Triggers.model_fields.items():
        model = _model_of(field.annotation)
        if model is None:
            raise TypeError(f"{key} is no trigger")
        how = "on by default" if model.model_fields["enabled"].default else "off by default"
        if get_origin(field.annotation) is list:
            how = "list of objects, none by default"
        yield item(f"**`{key}`**: {how}. {model.__doc__}")
        yield from entries(model, level=1, without=Trigger.model_fields)


def entries(
    model: type[BaseModel], *, level: int = 0, without: Container[str] = ()
) -> Iterator[str]:
    """Give an item for each setting of a model, and those below it where it has some."""
    for key, field in model.model_fields.items():
        if key in without:
            continue
        if not field.description:
            raise TypeError(f"{key} has no docstring")
        nested = _model_of(field.annotation)
        takes = "object" if nested else _takes(field.annotation, field.metadata)
        yield item(f"**`{key}`**: {takes}; {_default(field)}. {field.description}", level)
        if nested and model is not Settings:  # those of Settings have sections of their own
            yield from entries(nested, level=level + 1)


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "required"
    match field.default:
        case None:
            return "default none"
        case BaseModel():
            return "what is in it is below"
        case []:
            return "default empty"
        case value:
            return f"default `{json.dumps(value)}`"


def _takes(annotation: Any, metadata: Sequence[object] = ()) -> str:  # noqa: ANN401 - any type
    """Say in words what a value has to be."""
    of = get_args(annotation)
    match get_origin(annotation):
        case origin if origin is Annotated:
            inside = [getattr(one, "metadata", [one]) for one in of[1:]]  # of pydantic's Field
            return _takes(of[0], (*metadata, *chain.from_iterable(inside)))
        case origin if origin in (Union, UnionType):
            [one] = [one for one in of if one is not NoneType]
            return _takes(one, metadata)
        case origin if origin is Literal:
            return either(of)
        case origin if origin is list:
            limits = f" ({', '.join(map(_limit, metadata))})" if metadata else ""
            return f"list{limits} of {_takes(of[0])}"
    return " ".join(one.words for one in metadata if isinstance(one, Asks)) or _plain(
        annotation, metadata
    )


def _plain(annotation: Any, metadata: Sequence[object]) -> str:  # noqa: ANN401 - any type
    kind = PLAIN[get_origin(annotation) or annotation]
    bounds = {type(one): one for one in metadata}
    match bounds.get(Ge), bounds.get(Le), bounds.get(MinLen), bounds.get(MaxLen):
        case Ge(lowest), Le(highest), None, None:
            return f"{kind}, {lowest} to {highest:,}"
        case None, None, MinLen(shortest), MaxLen(longest):
            return f"{kind} of {shortest} to {longest} characters"
        case None, None, None, None:
            return kind
    raise TypeError(f"nobody has found words for {annotation} with {metadata}")


def _limit(asked: object) -> str:
    match asked:
        case Asks(words=words):
            return words
        case MinLen(1):
            return "not empty"
    raise TypeError(f"nobody has found words for {asked}")


def _model_of(annotation: Any) -> type[BaseModel] | None:  # noqa: ANN401 - any type
    """Give the model that a setting, or each item of a list of them, is; None for none."""
    for one in (annotation, *get_args(annotation)):
        if isinstance(one, type) and issubclass(one, BaseModel):
            return one
    return None
