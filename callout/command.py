"""The command line: `callout replay`, `callout doctor`, and what every subcommand has."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from callout import telling
from callout.aws import Aws
from callout.errors import CommandError
from callout.replay import EventError, read_entry
from callout.stack import DEFAULT_STACK

if TYPE_CHECKING:
    from collections.abc import Iterable

#: Exit codes: the command found something wrong; it could not do what it was asked to.
FOUND, FAILED, INTERRUPTED = 1, 2, 130

EndpointUrl = Annotated[
    str | None, typer.Option(help="Where AWS is, in place of AWS.", show_default=False)
]
Region = Annotated[
    str | None, typer.Option(help="Region that Callout is deployed to.", show_default=False)
]
Profile = Annotated[
    str | None, typer.Option(help="Profile of the AWS configuration.", show_default=False)
]
Json = Annotated[bool, typer.Option("--json", help="Say it in JSON.")]
StackName = Annotated[str, typer.Option("--stack", help="Stack that Callout was deployed as.")]
Files = Annotated[
    list[str], typer.Argument(help="Event files, JSON; - for the standard input.", metavar="FILE…")
]
Wait = Annotated[
    float, typer.Option(min=0, help="Seconds to wait for the executions that are started.")
]

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    help="Callout phones the people on call when AWS needs a human now.",
    pretty_exceptions_enable=False,
)


@app.command()
def replay(  # noqa: PLR0913 - a command line's options
    files: Files,
    *,
    wait: Wait = 10,
    stack: StackName = DEFAULT_STACK,
    endpoint_url: EndpointUrl = None,
    region: Region = None,
    profile: Profile = None,
    in_json: Json = False,
) -> None:
    """Send events again, to try a trigger: phones ring, and the call says it is a test.

    Every event is read before the first is sent.
    """
    from callout.sending import send  # noqa: PLC0415 - as in doctor

    entries = {file: read_entry(file) for file in files}
    aws = Aws(endpoint_url=endpoint_url, region=region, profile=profile)
    outcome = send(aws, stack, entries, wait)
    if in_json:
        _print_json(map(asdict, outcome.replays))
    else:
        telling.tell_replays(outcome, wait)
    if any(not one.execution for one in outcome.replays):
        raise typer.Exit(FOUND)


@app.command()
def doctor(
    *,
    stack: StackName = DEFAULT_STACK,
    endpoint_url: EndpointUrl = None,
    region: Region = None,
    profile: Profile = None,
    in_json: Json = False,
) -> None:
    """Say what is missing to ring a phone. Nothing is changed, and nobody is called."""
    # Imported here: a replay needs neither the contact flow nor the roster's parser.
    from callout.doctor.account import Account  # noqa: PLC0415
    from callout.doctor.checks import examine  # noqa: PLC0415
    from callout.doctor.finding import State  # noqa: PLC0415

    aws = Aws(endpoint_url=endpoint_url, region=region, profile=profile)
    findings = []
    for finding in examine(Account(aws, stack)):
        findings.append(finding)
        if not in_json:
            telling.tell_finding(finding)
    if in_json:
        _print_json(map(asdict, findings))
    else:
        telling.tell_sum(findings)
    if any(finding.state is State.BAD for finding in findings):
        raise typer.Exit(FOUND)


def command(arguments: list[str] | None = None) -> int:
    """Run the command line and give its exit code; what is wrong is said in one line."""
    try:
        code = app(arguments, standalone_mode=False, prog_name="callout")
    except (CommandError, EventError) as error:
        sys.stderr.write(f"callout: {error}\n")
        return FAILED
    except typer.TyperException as error:
        if message := error.format_message():  # none where the help was shown instead
            sys.stderr.write(f"callout: {message}\n")
        return FAILED
    except (KeyboardInterrupt, typer.Abort):
        return INTERRUPTED
    return code or 0


def _print_json(values: Iterable[dict[str, Any]]) -> None:
    sys.stdout.write(json.dumps(list(values), indent=2, ensure_ascii=False) + "\n")
