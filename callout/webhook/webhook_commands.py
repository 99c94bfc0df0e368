"""The subcommands of `callout webhook`: create, revoke and test."""

import json
from typing import Annotated
from uuid import uuid4

import typer

from callout import options
from callout.deployed_stack import stack_output
from callout.options import FOUND, print_json

Name = Annotated[str, typer.Argument(help="Name of the webhook in the settings.", metavar="NAME")]
ACCEPTED, UNAUTHORIZED = 202, 401

app = typer.Typer(no_args_is_help=True, help="Manage the tokens of webhooks, and send test alerts.")


@options.command(app, stack=True)
def create(
    name: Name,
    *,
    run: options.Run,
) -> None:
    """Create a token for a webhook, and show it once. Run again to replace the token.

    The previous token stays valid until `callout webhook revoke` or the next `create`.
    """
    from callout.doctor.aws_state import AwsState
    from callout.webhook.deployed_webhooks import TokenStore, find_webhook

    aws = run.session()
    webhook = find_webhook(AwsState(aws, run.stack), name)
    token, rotated = TokenStore(aws, webhook).create()
    if run.in_json:
        print_json({"url": webhook.url, "token": token, "previous_token_valid": rotated})
        return
    typer.echo(f"URL:   {webhook.url}")
    typer.echo(f"token: {token}")
    typer.echo(
        "Configure the sender with both (docs/webhooks.md). The token will not be shown again."
    )
    if rotated:
        typer.echo(
            "The previous token stays valid; older ones do not. When every sender uses the new one,"
            f" run callout webhook revoke {name}."
        )


@options.command(app, stack=True, json=False)
def revoke(name: Name, *, run: options.Run) -> None:
    """Revoke the previous token. It stops working within a minute."""
    from callout.doctor.aws_state import AwsState
    from callout.webhook.deployed_webhooks import TokenStore, find_webhook

    aws = run.session()
    revoked = TokenStore(aws, find_webhook(AwsState(aws, run.stack), name)).revoke_previous()
    if revoked:
        typer.echo(f"{name}: the previous token is revoked, and stops working within a minute")
    else:
        typer.echo(
            f"{name}: there is no previous token. To replace the current one, run callout webhook"
            f" create {name}."
        )


@options.command(app, "test", stack=True)
def send_test(
    name: Name,
    *,
    wait: options.Wait = 10,
    run: options.Run,
) -> None:
    """Send a test alert to a webhook, as its sender would. Phones of its team ring."""
    from callout.doctor.aws_state import AwsState
    from callout.send_events import latest_executions, wait_for_execution
    from callout.webhook.deployed_webhooks import TokenStore, find_webhook
    from callout.webhook.send_request import post, sample_body, title

    aws = run.session()
    webhook = find_webhook(AwsState(aws, run.stack), name)
    token, marker = TokenStore(aws, webhook).current(), uuid4().hex[:16]
    machine = stack_output(aws, run.stack, "StateMachineArn")
    before = latest_executions(aws, machine)
    answer = post(webhook.url, sample_body(webhook, marker), token)
    started = ""
    if answer.status == ACCEPTED:
        started = wait_for_execution(aws, machine, before, (marker, title(webhook)), wait)
    if run.in_json:
        print_json({"status": answer.status, "answer": answer.body, "execution": started})
    elif answer.status != ACCEPTED:
        typer.echo(f"{name}: refused with status {answer.status}: {answer.error}")
        if answer.status == UNAUTHORIZED:
            typer.echo("A new token is accepted at the latest 5 s after a wrong one: try again.")
    else:
        typer.echo(f"{name}: accepted with status {answer.status}: {json.dumps(answer.body)}")
        missing = f"no execution started within {wait:g} s: see the log of receive_webhook"
        typer.echo(f"started {started}" if started else missing)
    if not started:
        raise typer.Exit(FOUND)
