"""Read from a function's source which variables it reads and which AWS requests it makes."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from local.environment import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

FUNCTIONS = ROOT / "functions"


NAMES = sorted(path.stem for path in FUNCTIONS.glob("*.py") if "\ndef handler(" in path.read_text())
"""The functions: the modules with a handler."""
#: Dependent actions (Service Authorization Reference).
DEPENDENT_ACTIONS = {
    "connect:DescribeInstance": {"ds:DescribeDirectories"},
    # To an encrypted topic (SNS developer guide, "Allow a user to send messages").
    "sns:Publish": {"kms:Decrypt", "kms:GenerateDataKey*"},
}


#: Prefixes of IAM actions that differ from the name of boto3's client.
IAM_PREFIXES = {"stepfunctions": "states"}
#: IAM actions that differ from the name of the request.
IAM_NAMES = {"lambda:Invoke": "lambda:InvokeFunction"}


def variables_read(function: str) -> set[str]:
    """Return the environment variables that a function and its adapters read.

    Variables that Lambda sets, which begin with `AWS_`, are left out.
    """
    return {
        node.value
        for tree in _with_used_adapters(function)
        for place in ast.walk(tree)
        for node in [_variable(place)]
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and not node.value.startswith("AWS_")
    }


def _variable(place: ast.AST) -> ast.expr | None:
    """Return the name in `os.environ[name]` or `os.environ.get(name)`, else None."""
    if isinstance(place, ast.Subscript) and ast.unparse(place.value) == "os.environ":
        return place.slice
    if isinstance(place, ast.Call) and ast.unparse(place.func) == "os.environ.get":
        return place.args[0]
    return None


def actions_needed(function: str) -> set[str]:
    """Return the IAM actions of a function's AWS requests, with their dependent actions."""
    called = actions_called(function)
    return called.union(*(DEPENDENT_ACTIONS.get(action, set()) for action in called))


def actions_called(function: str) -> set[str]:
    """Return the IAM actions of a function's AWS requests.

    It assumes that the names in boto3 and IAM are alike, and that a client has the same name in
    the adapters, or `self._` and the name of the service in a class that is given the client. For
    the incident table it counts the requests of the methods called on `table`.
    """
    tree, *used = _with_used_adapters(function)
    clients = {
        statement.targets[0].id: str(value.args[0].value)
        for module in (tree, *used)
        for statement in module.body
        if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name)
        # A client that only some deployments need is made on a condition.
        for value in [getattr(statement.value, "body", statement.value)]
        if isinstance(value, ast.Call)
        and ast.unparse(value.func) == "client"
        and isinstance(value.args[0], ast.Constant)
    } | {
        name: str(call.args[0].value)
        for call in ast.walk(tree)
        if isinstance(call, ast.Call)
        and ast.unparse(call.func) == "client"
        and isinstance(call.args[0], ast.Constant)
        for name in (str(call.args[0].value), f"self._{call.args[0].value!s}")
    }
    requests = [
        (name, method)
        for module in (tree, *used)
        if not any(_defined_names(node) == {"IncidentTable"} for node in module.body)
        for name, method in _methods_called(module)
    ]
    own = {(clients[name], method) for name, method in requests if name in clients}
    of_table = {
        ("dynamodb", request)
        for name, method in requests
        if name == "table"
        for request in TABLE[method]
    }
    actions = {
        f"{IAM_PREFIXES.get(service, service)}:{name.title().replace('_', '')}"
        for service, name in own | of_table
    }
    return {IAM_NAMES.get(action, action) for action in actions}


def _methods_called(tree: ast.AST) -> Iterator[tuple[str, str]]:
    """Yield the name and method of each call `name.method(`, and the one that a paginator calls."""
    for call in ast.walk(tree):
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute):
            method = call.func.attr
            if method == "get_paginator":
                method = ast.literal_eval(call.args[0])
            yield ast.unparse(call.func.value), method


def _requests_of_the_table() -> dict[str, set[str]]:
    """Return the DynamoDB requests of each method of the incident table."""
    methods = {
        node.name: node
        for table in _parse("adapters/incident_store").body
        if isinstance(table, ast.ClassDef)
        for node in table.body
        if isinstance(node, ast.FunctionDef)
    }

    def requests(method: str) -> set[str]:
        found: set[str] = set()
        for of, name in _methods_called(methods[method]):
            if of == "self._dynamodb":
                found.add(name)
            elif of == "self":
                found |= requests(name)
        return found | set(_written(methods[method]))

    return {name: requests(name) for name in methods}


def _written(method: ast.FunctionDef) -> Iterator[str]:
    """Yield the conditional writes, which are named by their first argument."""
    for node in ast.walk(method):
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "self._write_if":
            yield ast.literal_eval(node.args[0])


def _with_used_adapters(function: str) -> Iterator[ast.Module]:
    """Yield the function's module, then each definition of the adapters that it uses."""
    used = [(function, "")]
    for module, name in used:
        tree = _parse(module)
        body = [node for node in tree.body if not name or name in _defined_names(node)]
        part = ast.Module(body, [])
        yield part
        names = {node.id for node in ast.walk(part) if isinstance(node, ast.Name)}
        # A parameter may have the name of a function of the module.
        names -= {node.arg for node in ast.walk(part) if isinstance(node, ast.arg)}
        for node in _statements(tree):
            found = [(module, defined) for defined in _defined_names(node)] if name else []
            if isinstance(node, ast.ImportFrom) and str(node.module).startswith("adapters."):
                imported = str(node.module).replace(".", "/")
                found = [(imported, alias.name) for alias in node.names]
            used += [new for new in found if new[1] in names and new not in used]


def _statements(tree: ast.Module) -> Iterator[ast.stmt]:
    """Yield the statements of a module, and those that a setting enables."""
    for node in tree.body:
        if isinstance(node, ast.If) and ast.unparse(node.test) != "TYPE_CHECKING":
            yield from node.body
        yield node


def _defined_names(node: ast.stmt) -> set[str]:
    """Return the names that a statement at the top of a module defines."""
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        return {node.name}
    return (
        {ast.unparse(target) for target in node.targets} if isinstance(node, ast.Assign) else set()
    )


def _parse(module: str) -> ast.Module:
    return ast.parse((FUNCTIONS / f"{module}.py").read_text())


TABLE = _requests_of_the_table()
"""DynamoDB requests by method of the incident table."""
