"""`make test-aws`: test each state of the definition with TestState in the caller's account."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import boto3
import typer
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from rich.console import Console

from local.test_state.compare import send

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions import SFNClient

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
        from local.test_state.from_scenarios import requests_from_scenarios  # noqa: PLC0415

        sys.exit(
            run(
                requests_from_scenarios(run_all_scenarios()),
                session.client("stepfunctions", config=CONFIG),
                role,
            )
        )
    except (BotoCoreError, ClientError) as error:
        console.print(f"test-aws: request failed: {error}", markup=False)
        sys.exit(2)


def run(requests: list[StateRequest], client: SFNClient, role: str = "") -> int:
    """Send the requests, print each unexpected response, and return the exit code.

    Raises:
        ClientError, BotoCoreError: see `send`.
    """
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


if __name__ == "__main__":
    typer.run(main)
