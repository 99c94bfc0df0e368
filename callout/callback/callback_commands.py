"""The subcommand of `callout callback`: connect."""

from __future__ import annotations

from typing import Annotated

import typer

from callout import options
from callout.errors import CommandError

app = typer.Typer(no_args_is_help=True, help="Let people call the number back.")


@app.callback()
def callback() -> None:
    """Keep `connect` a subcommand: typer would drop the name of a single one."""


@options.command(app, stack=True)
def connect(
    *,
    replace: Annotated[
        bool, typer.Option("--replace", help="Replace another contact flow of the number.")
    ] = False,
    run: options.Run,
) -> None:
    """Tie the number to the contact flow of stack CalloutCallback; CloudFormation cannot."""
    from callout.callback.number_flow import STACK, read_number_flow
    from callout.doctor.aws_state import AwsState, MissingPrerequisiteError

    try:
        number = read_number_flow(AwsState(run.session(), run.stack))
    except MissingPrerequisiteError as error:
        raise CommandError(f"{error}: deploy CalloutTelephony, Callout and {STACK}") from None
    before = number.current_flow_id
    if before not in ("", number.flow_id) and not replace:
        raise CommandError(
            f"{number.number} is tied to another contact flow, {before}: use --replace to replace"
            " it, for all callers of the number"
        )
    if before != number.flow_id:
        number.connect()
    if run.in_json:
        options.print_json({"number": number.number, "flow": number.flow_id, "replaced": before})
    else:
        done = "is already tied" if before == number.flow_id else "is tied"
        typer.echo(f"{number.number} {done} to the contact flow of {STACK}: call it to test it")
