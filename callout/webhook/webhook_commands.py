"""The command line about webhooks: create, revoke and test."""

from __future__ import annotations

import json
from typing import Annotated
from uuid import uuid4

import typer

from callout import options
from callout.deployed_stack import DEFAULT_STACK, stack_output
from callout.options import FOUND, print_json

Name = Annotated[str, typer.Argument(help="Name of the webhook in the settings.", metavar="NAME")]
ACCEPTED = 202

app = typer.Typer(no_args_is_help=True, help="Manage the webhooks and their tokens.")


@app.command()
@options.aws_options
def create(
    name: Name,
    *,
    stack: options.StackName = DEFAULT_STACK,
    aws_options: options.AwsOptions,
    in_json: options.Json = False,
) -> None:
    """Create the token of a webhook and show it once; again: replace it without an interruption.

    The token before the new one stays valid until `callout webhook revoke` or the next `create`.
    """
    from callout.doctor.aws_state import AwsState
    from callout.webhook.deployed_webhooks import find_webhook
    from callout.webhook.token_store import TokenStore

    aws = aws_options.session()
    webhook = find_webhook(AwsState(aws, stack), name)
    token, rotated = TokenStore(aws, webhook).create()
    if in_json:
        print_json({"url": webhook.url, "token": token, "previous_token_valid": rotated})
        return
    typer.echo(f"URL:   {webhook.url}")
    typer.echo(f"token: {token}")
    typer.echo("Configure the sender with both (docs/webhooks.md). The token is not shown again.")
    if rotated:
        typer.echo(
            "The token before it stays valid, older ones do not. When every sender has the new one:"
            f" callout webhook revoke {name}"
        )


@app.command()
@options.aws_options
def revoke(
    name: Name, *, stack: options.StackName = DEFAULT_STACK, aws_options: options.AwsOptions
) -> None:
    """Revoke the token before the current one, within a minute."""
    from callout.doctor.aws_state import AwsState
    from callout.webhook.deployed_webhooks import find_webhook
    from callout.webhook.token_store import TokenStore

    aws = aws_options.session()
    revoked = TokenStore(aws, find_webhook(AwsState(aws, stack), name)).revoke_previous()
    if revoked:
        typer.echo(f"{name}: only the token created last is valid, within a minute")
    else:
        typer.echo(f"{name}: has only one token; to replace it: callout webhook create {name}")


@app.command("test")
@options.aws_options
def send_test(
    name: Name,
    *,
    wait: options.Wait = 10,
    stack: options.StackName = DEFAULT_STACK,
    aws_options: options.AwsOptions,
    in_json: options.Json = False,
) -> None:
    """Send a test alert to a webhook, as its sender does: phones of its team ring."""
    from callout.doctor.aws_state import AwsState
    from callout.send_events import latest_executions, wait_for_execution
    from callout.webhook.deployed_webhooks import find_webhook
    from callout.webhook.send_request import post, sample_body, title
    from callout.webhook.token_store import TokenStore

    aws = aws_options.session()
    webhook = find_webhook(AwsState(aws, stack), name)
    token, marker = TokenStore(aws, webhook).current(), uuid4().hex[:16]
    machine = stack_output(aws, stack, "StateMachineArn")
    before = latest_executions(aws, machine)
    answer = post(webhook.url, sample_body(webhook, marker), token)
    started = ""
    if answer.status == ACCEPTED:
        started = wait_for_execution(aws, machine, before, (marker, title(webhook)), wait)
    if in_json:
        print_json({"status": answer.status, "answer": answer.body, "execution": started})
    elif answer.status != ACCEPTED:
        typer.echo(f"{name}: refused with status {answer.status}: {answer.error}")
    else:
        typer.echo(f"{name}: accepted with status {answer.status}: {json.dumps(answer.body)}")
        missing = f"no execution started within {wait:g} s: see the log of receive_webhook"
        typer.echo(f"started {started}" if started else missing)
    if not started:
        raise typer.Exit(FOUND)
