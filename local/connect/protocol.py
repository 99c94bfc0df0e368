"""The API as it is on the wire, derived from botocore's own model of it.

Paths, methods, shapes and status codes are read from the model, so the simulator cannot
drift from what boto3 sends and expects. The model is stricter than boto3's client, which
checks neither patterns, nor enums, nor upper limits.
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

# What AWS answers outside the model: the front end's own errors, and the second spelling
# of throttling, which has been seen from Connect though its model has only the first.
UNMODELED_ERROR_STATUS = {
    "ThrottlingException": 429,
    "TooManyRequestsException": 429,
    "UnknownOperationException": 404,
    "AccessDeniedException": 403,
    "SerializationException": 400,
}


class ServiceError(Exception):
    """An error that Connect answers with.

    Args:
        code: the error's name, as botocore's ClientError shows it.
        message: what was wrong.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message


class SimulatorDefectError(Exception):
    """The simulator was about to answer what Connect never would."""


@dataclass(frozen=True)
class Route:
    """The operation that a request is for, and what its path says."""

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
        ServiceError: no operation that is simulated has this method and path.
    """
    path, _, query = target.partition("?")
    for operation, wanted_method, pattern in _routes():
        found = pattern.fullmatch(path)
        if found and method == wanted_method:
            if query:
                raise ServiceError("InvalidRequestException", f"unknown query string {query!r}")
            return Route(operation, {k: unquote(v) for k, v in found.groupdict().items()})
    raise ServiceError("UnknownOperationException", f"no operation for {method} {path}")


def parse_request(asked: Route, body: bytes) -> dict[str, Any]:
    """The parameters of a request, checked against the model's input shape.

    Raises:
        ServiceError: the body is not JSON, or does not fit the shape.
    """
    try:
        members = json.loads(body or b"{}")
    except ValueError as wrong:
        raise ServiceError("SerializationException", f"the body is not JSON: {wrong}") from None
    if not isinstance(members, dict):
        raise ServiceError("SerializationException", "the body is not a JSON object")
    if misplaced := members.keys() & asked.path_members.keys():
        raise ServiceError(
            "InvalidRequestException", f"{', '.join(sorted(misplaced))} belongs in the path"
        )
    params = members | dict(asked.path_members)
    shape = service_model().operation_model(asked.operation).input_shape
    # Which of its two errors Connect answers to what is unverified: here the request's
    # form is InvalidRequestException, a single parameter's value InvalidParameterException.
    if misfit := _misfit(params, shape):
        raise ServiceError("InvalidRequestException", misfit)
    for broken in constraint_violations(params, shape):
        nested = "." in broken.path or not has_modeled_error(
            asked.operation, "InvalidParameterException"
        )
        code = "InvalidRequestException" if nested else "InvalidParameterException"
        raise ServiceError(code, f"{broken.path} {broken.what}")
    return params


def serialize_output(operation: str, output: Mapping[str, Any]) -> Response:
    """The reply that carries an operation's output.

    Raises:
        SimulatorDefectError: the output does not fit the model's output shape.
    """
    shape = service_model().operation_model(operation).output_shape
    if misfit := _misfit(output, shape):
        raise SimulatorDefectError(f"{operation} answered wrongly: {misfit}")
    for broken in constraint_violations(output, shape):
        raise SimulatorDefectError(f"{operation} answered wrongly: {broken.path} {broken.what}")
    return Response(200, json.dumps(output, default=_epoch_seconds).encode())


def serialize_error(operation: str | None, error: ServiceError) -> Response:
    """The reply that carries an error, with the status code that the model gives it.

    Args:
        operation: the operation that failed; None where the request named none.
        error: what is answered.

    Raises:
        SimulatorDefectError: the operation has no such error.
    """
    if error.code not in UNMODELED_ERROR_STATUS and not has_modeled_error(operation, error.code):
        raise SimulatorDefectError(f"{operation} has no error {error.code} ({error.message})")
    return error_response(error.code, error.message, _status(error.code))


def error_response(code: str, message: str, status: int) -> Response:
    """An error reply as rest-json has it, whatever the model says of the error."""
    # Connect's shapes spell it Message, most of AWS message; botocore reads either.
    return Response(status, json.dumps({"Message": message, "message": message}).encode(), code)


def has_modeled_error(operation: str | None, code: str) -> bool:
    """Whether the model lists the error for the operation."""
    if operation is None:
        return code == "InvalidRequestException"
    return code in {shape.name for shape in service_model().operation_model(operation).error_shapes}


def _misfit(members: Mapping[str, Any], shape: StructureShape | None) -> str:
    """What botocore's validator finds: missing and unknown members, types, lower limits."""
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
    found = []
    for name in OPERATIONS:
        http = service_model().operation_model(name).http
        path = re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", http["requestUri"])
        found.append((name, http["method"], re.compile(path)))
    return tuple(found)


def _epoch_seconds(value: object) -> float:
    # rest-json's default timestamp format, when the shape names none; Connect's does not.
    if isinstance(value, datetime):
        return value.timestamp()
    raise SimulatorDefectError(f"a {type(value).__name__} cannot go into JSON")
