"""The options that subcommands share."""

import inspect
import json
import sys
import tomllib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import Annotated, Any

import typer

from callout.aws_session import AwsSession
from callout.deployed_stack import DEFAULT_STACK
from callout.errors import CommandError

#: Exit codes: the command found a problem; it could not run; it was interrupted.
FOUND, FAILED, INTERRUPTED = 1, 2, 130

Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Wait = Annotated[float, typer.Option(min=0, help="Seconds to wait for executions to start.")]
#: Callout runs from its source folder and is not installed, so the version is read here.
_PROJECT = Path(__file__).resolve().parent.parent / "pyproject.toml"
#: The options of most subcommands, in the order of their help.
_STACK = Annotated[str, typer.Option("--stack", help="Name of Callout's stack.")]
_AWS_OPTIONS = {
    "endpoint_url": "AWS endpoint URL override.",
    "region": "Region that Callout is deployed to.",
    "profile": "Profile of the AWS configuration.",
}


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
class Run:
    """The options that subcommands share: which AWS account and stack, and how to print."""

    endpoint_url: str | None
    region: str | None
    profile: str | None
    stack: str = DEFAULT_STACK
    in_json: bool = False

    def session(self) -> AwsSession:
        """Return what creates clients; raise CommandError if the options do not allow that."""
        return AwsSession(endpoint_url=self.endpoint_url, region=self.region, profile=self.profile)

    def print(
        self, value: dict[str, Any] | Iterable[dict[str, Any]], text: Callable[[], object]
    ) -> None:
        """Print a value as JSON, or call what prints it as text."""
        if self.in_json:
            print_json(value)
        else:
            text()


def command(
    app: typer.Typer, name: str | None = None, *, stack: bool = False, json: bool = True
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Register a subcommand that takes `run`, and add the options that become its Run.

    They are --stack and --json, if wanted, and those of AWS. Typer reads options from a function's
    signature, so they replace the parameter there.
    """
    kind = inspect.Parameter.KEYWORD_ONLY
    shared = [inspect.Parameter("stack", kind, default=DEFAULT_STACK, annotation=_STACK)] * stack
    shared += [
        inspect.Parameter(
            option,
            kind,
            default=None,
            annotation=Annotated[str | None, typer.Option(help=text, show_default=False)],
        )
        for option, text in _AWS_OPTIONS.items()
    ]
    shared += [inspect.Parameter("in_json", kind, default=False, annotation=Json)] * json

    def register(function: Callable[..., None]) -> Callable[..., None]:
        @wraps(function)
        def with_options(**given: Any) -> None:  # noqa: ANN401 - the subcommand's own options
            function(run=Run(**{p.name: given.pop(p.name) for p in shared}), **given)

        own = inspect.signature(function, eval_str=True).parameters.values()
        parameters = [parameter for parameter in own if parameter.name != "run"] + shared
        with_options.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
        with_options.__annotations__ = {each.name: each.annotation for each in parameters}
        return app.command(name)(with_options)

    return register


def confirm(question: str, unanswered: str, refused: str) -> None:
    """Ask a question; raise CommandError unless the answer is yes."""
    try:
        confirmed = typer.confirm(question, err=True)
    except typer.Abort:
        raise CommandError(unanswered) from None
    if not confirmed:
        raise CommandError(refused)


def print_json(value: dict[str, Any] | Iterable[dict[str, Any]]) -> None:
    """Print an object, or a list of them."""
    printed = value if isinstance(value, dict) else list(value)
    sys.stdout.write(json.dumps(printed, indent=2, ensure_ascii=False, default=str) + "\n")
