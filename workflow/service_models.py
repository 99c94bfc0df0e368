"""The AWS service models of the functions, reduced to the requests that they make.

botocore parses the model of a service whenever it creates a client: that of Connect has 1.9 MB, the
list of all endpoints 1 MB. Both take longer than anything else in a cold start
(docs/decisions/032).
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from botocore.loaders import Loader

#: The operations of each client; tests compare them with the functions' permissions.
OPERATIONS = {
    "cloudwatch": ["DescribeAlarms"],
    "connect": [
        "DescribeContact",
        "DescribeContactFlow",
        "DescribeInstance",
        "GetContactAttributes",
        "StartOutboundVoiceContact",
        "StopContact",
    ],
    "dynamodb": ["GetItem", "PutItem", "Query", "UpdateItem"],
    "events": ["ListTargetsByRule", "PutEvents"],
    "lambda": ["Invoke"],
    "sns": ["Publish"],
    "ssm": [
        "GetParameter",
        "GetParameterHistory",
        "GetParametersByPath",
        "LabelParameterVersion",
        "PutParameter",
    ],
    "stepfunctions": ["DescribeExecution", "StartExecution"],
}


def write_models(target: Path) -> None:
    """Write the models into a new folder, as botocore expects them on its search path."""
    loader = Loader(include_default_extras=False)
    for service, operations in OPERATIONS.items():
        version = loader.determine_latest_version(service, "service-2")
        folder = target / service / version
        folder.mkdir(parents=True)
        model = loader.load_service_model(service, "service-2", version)
        _write(folder / "service-2.json", reduce_model(model, operations))
    _write(target / "endpoints.json", reduce_endpoints(loader.load_data("endpoints")))


def reduce_model(model: dict[str, Any], operations: list[str]) -> dict[str, Any]:
    """Return a model with only some operations and the shapes that they refer to."""
    kept = {name: model["operations"][name] for name in operations}
    shapes: dict[str, Any] = {}
    pending = list(_references(kept))
    while pending:
        if (name := pending.pop()) not in shapes:
            shapes[name] = model["shapes"][name]
            pending += _references(shapes[name])
    reduced = {**model, "operations": kept, "shapes": shapes}
    return {key: _without_documentation(value) for key, value in reduced.items()}


def reduce_endpoints(endpoints: dict[str, Any]) -> dict[str, Any]:
    """Return the endpoints of every partition with only the services of OPERATIONS."""
    used = [*OPERATIONS, "monitoring", "states"]  # the endpoints of CloudWatch, Step Functions
    return endpoints | {
        "partitions": [
            partition | {"services": {name: listed[name] for name in used if name in listed}}
            for partition in endpoints["partitions"]
            for listed in [partition["services"]]
        ]
    }


def _references(node: object) -> Iterator[str]:
    if isinstance(node, dict):
        for key, value in node.items():
            if key == "shape" and isinstance(value, str):
                yield value
            else:
                yield from _references(value)
    elif isinstance(node, list):
        for value in node:
            yield from _references(value)


def _without_documentation(node: Any) -> Any:  # noqa: ANN401 - JSON
    if isinstance(node, dict):
        return {
            key: _without_documentation(value)
            for key, value in node.items()
            if key != "documentation" or not isinstance(value, str)
        }
    return [_without_documentation(value) for value in node] if isinstance(node, list) else node


def _write(path: Path, data: object) -> None:
    path.write_text(json.dumps(data, separators=(",", ":")))
