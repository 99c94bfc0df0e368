"""`make test-aws`: each state of the definition, put to TestState in the caller's own account."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import boto3
import typer
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from rich.console import Console

from local.test_state.compare import ask

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions import SFNClient

    from local.test_state.requests import Question

#: botocore waits and asks again where AWS says that it is asked too often.
PATIENT = Config(retries={"mode": "standard", "total_max_attempts": 5})
console = Console(highlight=False, soft_wrap=True)


def main(
    role: Annotated[str, typer.Option(help="ARN of a role for states that have no mock.")] = "",
) -> None:
    """Ask all the questions; skip in one line where there is no account to ask in."""
    try:
        session = boto3.Session()
        lacks = [
            *([] if session.get_credentials() else ["credentials (AWS_PROFILE, aws configure)"]),
            *([] if session.region_name else ["region (AWS_DEFAULT_REGION, aws configure)"]),
        ]
        if lacks:
            console.print(f"test-aws is skipped: no AWS {' and no '.join(lacks)}")
            return
        # Not sooner: moto asks for the caller's profile as soon as it is imported.
        from local.simulation.all_scenarios import run_all_scenarios  # noqa: PLC0415
        from local.test_state.from_scenarios import from_stories  # noqa: PLC0415

        sys.exit(
            put(
                from_stories(run_all_scenarios()),
                session.client("stepfunctions", config=PATIENT),
                role,
            )
        )
    except (BotoCoreError, ClientError) as error:
        console.print(f"test-aws could not ask: {error}", markup=False)
        sys.exit(2)


def put(asked: list[Question], client: SFNClient, role: str = "") -> int:
    """Put the questions, say what is answered otherwise than expected, and give the exit code.

    Raises:
        ClientError, BotoCoreError: see `ask`.
    """
    console.print(
        f"{len(asked)} requests of TestState in {client.meta.region_name}: each state, transition,"
        " Catch and Retry of the definition; tasks are mocked, nothing is created or called"
    )
    otherwise = 0
    for question in asked:
        if found := ask(client, question, role):
            otherwise += 1
            console.print(f"  {question.about}", style="bold red", markup=False)
            console.print(*(f"    {one}" for one in found.values()), sep="\n", markup=False)
    console.print(f"{otherwise} of {len(asked)} answers are not what the stories' executions had")
    return 1 if otherwise else 0


if __name__ == "__main__":
    typer.run(main)
