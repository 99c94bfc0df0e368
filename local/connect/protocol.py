"""The API in wire format, derived from botocore's own model of it.

Paths, methods, shapes and status codes come from the model, so the simulator cannot drift from
what boto3 sends and expects. The validation is stricter than boto3's client, which checks neither
patterns, nor enums, nor upper limits.
"""

import functools
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import unquote

from botocore.loaders import Loader
from botocore.model import ServiceModel, StructureShape
from botocore.validate import ParamValidator

from local.connect.model_constraints import constraint_violations

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
)

# Errors that AWS returns outside the model: the front end's own errors, and the second spelling
# of throttling, which has been seen from Connect although its model has only the first.
UNMODELED_ERROR_STATUS = {
    "ThrottlingException": 429,
    "TooManyRequestsException": 429,
    "UnknownOperationException": 404,
    "AccessDeniedException": 403,
    "SerializationException": 400,
}


class ServiceError(Exception):
    """An error that Connect returns.

    Args:
        code: the error code, as botocore's ClientError shows it.
        message: what is wrong.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message


class SimulatorDefectError(Exception):
    """The simulator was about to return something that Connect never would."""


@dataclass(frozen=True)
class Route:
    """The operation of a request, and the input members in its path."""

    operation: str
    path_members: Mapping[str, str]


@dataclass(frozen=True)
class Response:
    """An HTTP response."""

    status: int
    body: bytes
    error: str | None = None


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
            if query:
                raise ServiceError("InvalidRequestException", f"unknown query string {query!r}")
            members = {name: unquote(value) for name, value in found.groupdict().items()}
            return Route(operation, members)
    raise ServiceError("UnknownOperationException", f"no operation for {method} {path}")


def parse_request(route: Route, body: bytes) -> dict[str, Any]:
    """Return the input of a request, validated against the model's input shape.

    Raises:
        ServiceError: the body is not JSON, or does not fit the shape.
    """
    try:
        members = json.loads(body or b"{}")
    except ValueError as error:
        raise ServiceError("SerializationException", f"the body is not JSON: {error}") from None
    if not isinstance(members, dict):
        raise ServiceError("SerializationException", "the body is not a JSON object")
    if misplaced := members.keys() & route.path_members.keys():
        raise ServiceError(
            "InvalidRequestException", f"{', '.join(sorted(misplaced))} belongs in the path"
        )
    params = members | dict(route.path_members)
    shape = service_model().operation_model(route.operation).input_shape
    # Which of its two errors Connect returns in which case is unverified: here it is
    # InvalidRequestException for the request's form, and InvalidParameterException for the value of
    # a single parameter.
    if error_report := _validation_report(params, shape):
        raise ServiceError("InvalidRequestException", error_report)
    for violation in constraint_violations(params, shape):
        nested = "." in violation.path or not has_modeled_error(
            route.operation, "InvalidParameterException"
        )
        code = "InvalidRequestException" if nested else "InvalidParameterException"
        raise ServiceError(code, f"{violation.path} {violation.message}")
    return params


def serialize_output(operation: str, output: Mapping[str, Any]) -> Response:
    """Return the response that carries an operation's output.

    Raises:
        SimulatorDefectError: the output does not fit the model's output shape.
    """
    shape = service_model().operation_model(operation).output_shape
    if error_report := _validation_report(output, shape):
        raise SimulatorDefectError(f"{operation} has an invalid output: {error_report}")
    for violation in constraint_violations(output, shape):
        raise SimulatorDefectError(
            f"{operation} has an invalid output: {violation.path} {violation.message}"
        )
    return Response(200, json.dumps(output, default=_epoch_seconds).encode())


def serialize_error(operation: str | None, error: ServiceError) -> Response:
    """Return the response that carries an error, with the model's status code for it.

    Args:
        operation: the operation that failed; None if the request matched none.
        error: the error.

    Raises:
        SimulatorDefectError: the operation has no such error.
    """
    if error.code not in UNMODELED_ERROR_STATUS and not has_modeled_error(operation, error.code):
        raise SimulatorDefectError(f"{operation} has no error {error.code} ({error.message})")
    return error_response(error.code, error.message, _status(error.code))


def error_response(code: str, message: str, status: int) -> Response:
    """Return an error in rest-json format, whatever the model says about the error."""
    # Connect's shapes spell it Message, most of AWS message; botocore reads either.
    return Response(status, json.dumps({"Message": message, "message": message}).encode(), code)


def has_modeled_error(operation: str | None, code: str) -> bool:
    """Whether the model lists the error for the operation."""
    if operation is None:
        return code == "InvalidRequestException"
    return code in {shape.name for shape in service_model().operation_model(operation).error_shapes}


def _validation_report(members: Mapping[str, Any], shape: StructureShape | None) -> str:
    """Return botocore's report: missing and unknown members, types, lower limits."""
    if shape is None:
        return "it has no members" if members else ""
    report = ParamValidator().validate(members, shape)
    return str(report.generate_report()) if report.has_errors() else ""


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
