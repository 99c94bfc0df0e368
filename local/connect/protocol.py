"""The API in wire format, derived from botocore's own model of it.

Paths, methods, shapes and status codes come from the model, so the simulator cannot drift from
what boto3 sends and expects. boto3's client checks its requests except for patterns, enums and
upper limits, which are checked here.
"""

import functools
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sized
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl, unquote

from botocore.loaders import Loader
from botocore.model import ListShape, MapShape, ServiceModel, Shape, StructureShape
from botocore.validate import ParamValidator

from local.http_server import HttpResponse

OPERATIONS = (
    "StartOutboundVoiceContact",
    "DescribeContact",
    "StopContact",
    "GetContactAttributes",
    # How the instance is set up, for `callout doctor`.
    "DescribeInstance",
    "DescribeInstanceAttribute",
    "DescribeContactFlow",
    "ListPhoneNumbersV2",
    "DescribePhoneNumber",
    # The flow of the number, for `callout callback connect`.
    "AssociatePhoneNumberContactFlow",
    "ListFlowAssociations",
)

# Errors that AWS returns outside the model: the front end's own errors, and the second spelling
# of throttling, which has been seen from Connect although its model has only the first.
UNMODELED_ERROR_STATUS = {
    "ThrottlingException": 429,
    "TooManyRequestsException": 429,
    "UnknownOperationException": 404,
    "AccessDeniedException": 403,
}


class ServiceError(Exception):
    """An error that Connect returns; ``code`` is the one that botocore's ClientError shows."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message


class SimulatorDefectError(Exception):
    """The simulator was about to return something that Connect never would."""


@dataclass(frozen=True)
class Route:
    """The operation of a request, and the input members in its path and query."""

    operation: str
    path_members: Mapping[str, str]


@functools.cache
def service_model() -> ServiceModel:
    """Connect's API model; loading it takes some 50 ms, once."""
    return ServiceModel(Loader().load_service_model("connect", "service-2", "2017-08-08"))


def match_route(method: str, target: str) -> Route:
    """Find the operation of a request line.

    Raises:
        ServiceError: no simulated operation has this method and path.
    """
    path, _, query = target.partition("?")
    for operation, operation_method, pattern in _routes():
        found = pattern.fullmatch(path)
        if found and method == operation_method:
            members = {name: unquote(value) for name, value in found.groupdict().items()}
            return Route(operation, members | _query_members(operation, query))
    raise ServiceError("UnknownOperationException", f"no operation for {method} {target}")


def parse_request(route: Route, body: bytes) -> dict[str, Any]:
    """Return the input of a request, checked against the model's maximums, patterns and enums.

    Raises:
        ServiceError: a value violates one of them.
    """
    params: dict[str, Any] = json.loads(body or b"{}") | dict(route.path_members)
    shape = service_model().operation_model(route.operation).input_shape
    # Which of its two errors Connect returns in which case is unverified: here it is
    # InvalidParameterException for the value of a single parameter.
    single = "InvalidParameterException"
    for path, message in _violations(params, shape):
        nested = "." in path or not has_modeled_error(route.operation, single)
        raise ServiceError("InvalidRequestException" if nested else single, f"{path} {message}")
    return params


def serialize_output(operation: str, output: Mapping[str, Any]) -> HttpResponse:
    """Return the response that carries an operation's output.

    Raises:
        SimulatorDefectError: the output does not fit the model's output shape.
    """
    shape = service_model().operation_model(operation).output_shape
    if shape is not None:
        report = ParamValidator().validate(output, shape)
        if report.has_errors():
            raise SimulatorDefectError(
                f"{operation} has an invalid output: {report.generate_report()}"
            )
        for path, message in _violations(output, shape):
            raise SimulatorDefectError(f"{operation} has an invalid output: {path} {message}")
    return _json_response(200, output)


def serialize_error(operation: str | None, error: ServiceError) -> HttpResponse:
    """Return the response that carries an error, with the model's status code for it.

    The operation is None if the request matched none.

    Raises:
        SimulatorDefectError: the operation has no such error.
    """
    if error.code not in UNMODELED_ERROR_STATUS and not has_modeled_error(operation, error.code):
        raise SimulatorDefectError(f"{operation} has no error {error.code} ({error.message})")
    return error_response(error.code, error.message, _status(error.code))


def error_response(code: str, message: str, status: int) -> HttpResponse:
    """Return an error in rest-json format, regardless of the model."""
    # Connect's shapes spell it Message, most of AWS message; botocore reads either.
    response = _json_response(status, {"Message": message, "message": message})
    return replace(response, headers={**response.headers, "x-amzn-errortype": code})


def has_modeled_error(operation: str | None, code: str) -> bool:
    """Whether the model lists the error for the operation."""
    if operation is None:
        return code == "InvalidRequestException"
    return code in {shape.name for shape in service_model().operation_model(operation).error_shapes}


def _query_members(operation: str, query: str) -> dict[str, str]:
    shape = service_model().operation_model(operation).input_shape
    members = shape.members if isinstance(shape, StructureShape) else {}
    names = {
        member.serialization.get("name", name): name
        for name, member in members.items()
        if member.serialization.get("location") == "querystring"
    }
    return {names[key]: value for key, value in parse_qsl(query) if key in names}


def _violations(value: Any, shape: Shape | None, path: str = "") -> Iterator[tuple[str, str]]:  # noqa: ANN401 - any JSON value
    """Yield the path and the error of each value that violates its shape."""
    inner: Iterable[tuple[Any, Shape, str]] = ()
    if isinstance(shape, StructureShape):
        prefix = f"{path}." if path else ""
        inner = ((item, shape.members[name], prefix + name) for name, item in value.items())
    elif isinstance(shape, MapShape):
        keys = ((key, shape.key, f"{path}.key {key!r}") for key in value)
        inner = (*keys, *((item, shape.value, f"{path}.{key}") for key, item in value.items()))
    elif isinstance(shape, ListShape):
        inner = ((item, shape.member, f"{path}[{index}]") for index, item in enumerate(value))
    for part in inner:
        yield from _violations(*part)
    constraints = shape.metadata if shape else {}
    size = len(value) if isinstance(value, Sized) else value
    if "max" in constraints and size > constraints["max"]:
        yield path, f"must be at most {constraints['max']}, not {size}"
    if "enum" in constraints and value not in constraints["enum"]:
        yield path, f"must be one of {', '.join(constraints['enum'])}, not {value!r}"
    # The Connect model of botocore 1.43 escapes the pattern of PhoneNumber twice, so that no phone
    # number matches it literally; the API reference escapes it once.
    pattern = constraints.get("pattern", "").replace("\\\\", "\\")
    if pattern and not re.match(pattern, value):
        yield path, f"must match {pattern}, not {value!r}"


def _json_response(status: int, content: Mapping[str, Any]) -> HttpResponse:
    body = json.dumps(content, default=_epoch_seconds).encode()
    return HttpResponse(status, {"Content-Type": "application/json"}, body)


def _status(code: str) -> int:
    if code in UNMODELED_ERROR_STATUS:
        return UNMODELED_ERROR_STATUS[code]
    return int(service_model().shape_for(code).metadata["error"]["httpStatusCode"])


@functools.cache
def _routes() -> tuple[tuple[str, str, re.Pattern[str]], ...]:
    routes = []
    for name in OPERATIONS:
        http = service_model().operation_model(name).http
        path = re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", http["requestUri"])
        routes.append((name, http["method"], re.compile(path)))
    return tuple(routes)


def _epoch_seconds(value: object) -> float:
    # rest-json's default timestamp format where the shape names none; Connect's shapes name none.
    if isinstance(value, datetime):
        return value.timestamp()
    raise SimulatorDefectError(f"a {type(value).__name__} cannot be serialized as JSON")
