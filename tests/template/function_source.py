"""What a function's source says that it reads and calls."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from local.environment import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

FUNCTIONS = ROOT / "functions"


NAMES = sorted(path.stem for path in FUNCTIONS.glob("*.py") if "\ndef handler(" in path.read_text())
"""The functions there are: the modules with a handler."""
#: What some actions need besides (Service Authorization Reference, "Dependent actions").
DEPENDENT_ACTIONS = {
    "connect:DescribeInstance": {"ds:DescribeDirectories"},
    # To an encrypted topic (SNS developer guide, "Allow a user to send messages").
    "sns:Publish": {"kms:Decrypt", "kms:GenerateDataKey*"},
}


def variables_read(function: str) -> set[str]:
    """Give the environment variables that a function and what it imports beside it read.

    Those that Lambda itself sets are left out: they begin with `AWS_`.
    """
    return {
        node.value
        for tree in _with_its_imports(function)
        for place in ast.walk(tree)
        if isinstance(place, ast.Subscript | ast.Call)
        and ast.unparse(place).startswith(("os.environ[", "os.environ.get("))
        for node in [place.slice if isinstance(place, ast.Subscript) else place.args[0]]
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and not node.value.startswith("AWS_")
    }


def actions_needed(function: str) -> set[str]:
    """Give the IAM actions of the requests that a function makes of AWS, and their dependents."""
    called = actions_called(function)
    return called.union(*(DEPENDENT_ACTIONS.get(one, set()) for one in called))


def actions_called(function: str) -> set[str]:
    """Give the IAM actions of the requests that a function makes of AWS.

    Right for what is named alike in boto3 and in IAM, as everything here is; and where a client
    that is handed to what it imports beside it has the same name there.
    """
    tree, *imported = _with_its_imports(function)
    clients = {
        one.targets[0].id: str(one.value.args[0].value)
        for one in tree.body
        if isinstance(one, ast.Assign)
        and isinstance(one.targets[0], ast.Name)
        and isinstance(one.value, ast.Call)
        and ast.unparse(one.value.func) == "client"
        and isinstance(one.value.args[0], ast.Constant)
    }
    return {
        f"{clients[call.func.value.id]}:{call.func.attr.title().replace('_', '')}"
        for one in (tree, *imported)
        for call in ast.walk(one)
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Attribute)
        and isinstance(call.func.value, ast.Name)
        and call.func.value.id in clients
    }


def _with_its_imports(function: str) -> Iterator[ast.Module]:
    tree = _parse(function)
    yield tree
    for one in tree.body:
        if isinstance(one, ast.ImportFrom) and (FUNCTIONS / f"{one.module}.py").exists():
            yield _parse(str(one.module))


def _parse(module: str) -> ast.Module:
    return ast.parse((FUNCTIONS / f"{module}.py").read_text())
