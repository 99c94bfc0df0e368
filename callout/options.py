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

from callout.aws_session import Aws

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

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
Wait = Annotated[
    float, typer.Option(min=0, help="Seconds to wait for the executions that are started.")
]
#: Where the version is: Callout is no package that is installed, but run where it lies.
_PROJECT = Path(__file__).resolve().parent.parent / "pyproject.toml"
_WHERE = {"endpoint_url": EndpointUrl, "region": Region, "profile": Profile}


def _say_version(wanted: bool) -> None:  # noqa: FBT001 - as typer calls it
    if wanted:
        version = tomllib.loads(_PROJECT.read_text())["project"]["version"]
        typer.echo(f"callout {version}")
        raise typer.Exit


Version = Annotated[
    bool,
    typer.Option("--version", callback=_say_version, is_eager=True, help="Say the version."),
]


@dataclass(frozen=True)
class Where:
    """Where AWS is, as the options say."""

    endpoint_url: str | None
    region: str | None
    profile: str | None

    def aws(self) -> Aws:
        """Give what makes clients; raises CommandError where that cannot be."""
        return Aws(endpoint_url=self.endpoint_url, region=self.region, profile=self.profile)


def takes_where(command: Callable[..., None]) -> Callable[..., None]:
    """Give a subcommand with a keyword `where` the options that say where AWS is.

    Typer makes options of a function's parameters: so this makes the signature that has
    three in place of the one.
    """

    @wraps(command)
    def with_options(**given: Any) -> None:  # noqa: ANN401 - whatever the subcommand takes
        command(where=Where(**{name: given.pop(name) for name in _WHERE}), **given)

    own = inspect.signature(command, eval_str=True).parameters.values()
    kind = inspect.Parameter.KEYWORD_ONLY
    parameters = [one for one in own if one.name != "where"] + [
        inspect.Parameter(name, kind, default=None, annotation=annotation)
        for name, annotation in _WHERE.items()
    ]
    with_options.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    with_options.__annotations__ = {one.name: one.annotation for one in parameters}
    return with_options


def print_json(value: dict[str, Any] | Iterable[dict[str, Any]]) -> None:
    """Write an object, or a list of them."""
    shown = value if isinstance(value, dict) else list(value)
    sys.stdout.write(json.dumps(shown, indent=2, ensure_ascii=False, default=str) + "\n")
