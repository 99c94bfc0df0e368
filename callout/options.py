"""The options that subcommands share."""

from __future__ import annotations

import inspect
import json
import sys
import tomllib
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from callout.aws_session import AwsSession

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

#: Exit codes: the command found a problem; it could not run; it was interrupted.
FOUND, FAILED, INTERRUPTED = 1, 2, 130

EndpointUrl = Annotated[
    str | None, typer.Option(help="AWS endpoint URL override.", show_default=False)
]
Region = Annotated[
    str | None, typer.Option(help="Region that Callout is deployed to.", show_default=False)
]
Profile = Annotated[
    str | None, typer.Option(help="Profile of the AWS configuration.", show_default=False)
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
StackName = Annotated[str, typer.Option("--stack", help="Name of Callout's stack.")]
Wait = Annotated[float, typer.Option(min=0, help="Seconds to wait for executions to start.")]
#: Callout runs from its source folder and is not installed, so the version is read here.
_PROJECT = Path(__file__).resolve().parent.parent / "pyproject.toml"
_AWS_OPTIONS = {"endpoint_url": EndpointUrl, "region": Region, "profile": Profile}


def _print_version(wanted: bool) -> None:  # noqa: FBT001 - as typer calls it
    if wanted:
        version = tomllib.loads(_PROJECT.read_text())["project"]["version"]
        typer.echo(f"callout {version}")
        raise typer.Exit


Version = Annotated[
    bool,
    typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version."),
]


@dataclass(frozen=True)
class AwsOptions:
    """The options that select an AWS account, region and endpoint."""

    endpoint_url: str | None
    region: str | None
    profile: str | None

    def session(self) -> AwsSession:
        """Return what creates clients; raise CommandError if the options do not allow that."""
        return AwsSession(endpoint_url=self.endpoint_url, region=self.region, profile=self.profile)


def aws_options(command: Callable[..., None]) -> Callable[..., None]:
    """Add --endpoint-url, --region and --profile to a subcommand that takes `aws_options`.

    Typer reads options from a function's signature, so this replaces the one parameter in the
    signature by three.
    """

    @wraps(command)
    def with_options(**given: Any) -> None:  # noqa: ANN401 - the subcommand's own options
        values = {name: given.pop(name) for name in _AWS_OPTIONS}
        command(aws_options=AwsOptions(**values), **given)

    own = inspect.signature(command, eval_str=True).parameters.values()
    kind = inspect.Parameter.KEYWORD_ONLY
    parameters = [parameter for parameter in own if parameter.name != "aws_options"] + [
        inspect.Parameter(name, kind, default=None, annotation=annotation)
        for name, annotation in _AWS_OPTIONS.items()
    ]
    with_options.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    with_options.__annotations__ = {
        parameter.name: parameter.annotation for parameter in parameters
    }
    return with_options


def print_json(value: dict[str, Any] | Iterable[dict[str, Any]]) -> None:
    """Print an object, or a list of them."""
    printed = value if isinstance(value, dict) else list(value)
    sys.stdout.write(json.dumps(printed, indent=2, ensure_ascii=False, default=str) + "\n")
