"""`make test-aws`: test each state of the definition with TestState in the caller's account."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Annotated

import boto3
import typer
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from rich.console import Console

from local.asl.json_differences import json_differences

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions import SFNClient

    from local.asl.transitions import Json
    from local.test_state.requests import StateRequest

#: botocore retries throttled requests.
CONFIG = Config(retries={"mode": "standard", "total_max_attempts": 5})
console = Console(highlight=False, soft_wrap=True)


def main(
    role: Annotated[str, typer.Option(help="ARN of a role for states that have no mock.")] = "",
) -> None:
    """Send all requests; print one line and skip if no account is configured."""
    try:
        session = boto3.Session()
        missing = [
            *([] if session.get_credentials() else ["credentials (AWS_PROFILE, aws configure)"]),
            *([] if session.region_name else ["region (AWS_DEFAULT_REGION, aws configure)"]),
        ]
        if missing:
            console.print(f"test-aws: skipped, no AWS {' and no '.join(missing)}")
            return
        # Not at the top: moto reads the caller's profile as soon as it is imported.
        from local.simulation.all_scenarios import run_all_scenarios  # noqa: PLC0415
        from local.test_state.requests import make_requests  # noqa: PLC0415

        client = session.client("stepfunctions", config=CONFIG)
        sys.exit(run(make_requests(run_all_scenarios()), client, role))
    except (BotoCoreError, ClientError) as error:
        console.print(f"test-aws: request failed: {error}", markup=False)
        sys.exit(2)


def run(requests: list[StateRequest], client: SFNClient, role: str = "") -> int:
    """Send the requests, print each unexpected response, and return the exit code."""
    console.print(
        f"{len(requests)} requests to TestState in {client.meta.region_name}: each state,"
        " transition, Catch and Retry of the definition; tasks are mocked, nothing is created or"
        " called"
    )
    unexpected = 0
    for request in requests:
        if differences := send(client, request, role):
            unexpected += 1
            console.print(f"  {request.subject}", style="bold red", markup=False)
            console.print(*(f"    {line}" for line in differences.values()), sep="\n", markup=False)
    console.print(
        f"{unexpected} of {len(requests)} responses differ from the scenarios' executions"
    )
    return 1 if unexpected else 0


def send(client: SFNClient, request: StateRequest, role: str = "") -> dict[str, str]:
    """Send one request and describe how the response differs from the expected one.

    Returns:
        A text for each field that differs, by the name of the field; `rejected` if the request
        itself was invalid. Other errors, such as a missing permission, are raised.
    """
    invalid = {
        shape.name for shape in client.meta.service_model.operation_model("TestState").error_shapes
    }
    arguments = request.arguments | ({"roleArn": role} if role and not request.mocked else {})
    try:
        actual = compared_fields({**client.test_state(**arguments)})
    except ClientError as error:
        if error.response["Error"]["Code"] not in invalid:
            raise
        return {"rejected": str(error)}
    by_field = {
        name: "; ".join(json_differences(name, expected, actual[name], request.any_text))
        for name, expected in request.expected.items()
    }
    return {name: text for name, text in by_field.items() if text}


def compared_fields(response: Json) -> Json:
    """Return the fields of a response that are compared, JSON parsed; None for a missing one."""
    inspected = response.get("inspectionData", {})
    error = inspected.get("errorDetails", {})
    texts = {"output": response.get("output"), "afterParameters": inspected.get("afterParameters")}
    return {
        **{name: response.get(name) for name in ("status", "nextState", "error", "cause")},
        **{name: text if text is None else json.loads(text) for name, text in texts.items()},
        **{name: error.get(name) for name in ("catchIndex", "retryIndex")},
    }


if __name__ == "__main__":
    typer.run(main)
