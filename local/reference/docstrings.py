"""What the code says of itself: the docstrings of classes, and those below their attributes."""

from __future__ import annotations

import ast
import inspect
import textwrap
from itertools import pairwise


def of_class(owner: type) -> str:
    """Give a class's docstring as one paragraph."""
    return " ".join((owner.__doc__ or "").split())


def of_attributes(owner: type) -> dict[str, str]:
    """Give the docstring of each attribute, also of inherited ones, as one paragraph each.

    Python does not keep them: they are read from the source, as documentation tools do.
    """
    found: dict[str, str] = {}
    for one in reversed(owner.__mro__[: -len(object.__mro__)]):
        if one.__module__ == owner.__module__:
            found |= _in_source(textwrap.dedent(inspect.getsource(one)))
    return found


def _in_source(source: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for body in (one.body for one in ast.parse(source).body if isinstance(one, ast.ClassDef)):
        for one, below in pairwise(body):
            match one, below:
                case (
                    (
                        ast.AnnAssign(target=ast.Name(id=name))
                        | ast.Assign(targets=[ast.Name(id=name)])
                    ),
                    ast.Expr(value=ast.Constant(value=str(text))),
                ):
                    found[name] = " ".join(text.split())
    return found
