"""The command line: its subcommands, and what is said when one of them cannot go on."""

from __future__ import annotations

import sys
from dataclasses import asdict
from typing import Annotated

import typer
from botocore.exceptions import BotoCoreError, ClientError

from callout import options, output
from callout.commands.phones import phones
from callout.deployed_stack import DEFAULT_STACK
from callout.errors import CommandError, reason
from callout.incidents.commands import app as incidents
from callout.options import FAILED, FOUND, INTERRUPTED, print_json
from callout.roster import file_commands
from callout.roster.saved_commands import app as roster
from callout.simulate.app import simulate
from oncall.events.replay import EventError
from oncall.incident import DEFAULT_TEAM

Files = Annotated[
    list[str], typer.Argument(help="Event files, JSON; - for the standard input.", metavar="FILE…")
]

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    help="Callout phones the people on call when AWS needs a human now.",
    pretty_exceptions_enable=False,
)
app.add_typer(roster, name="roster")
app.add_typer(incidents)
app.command()(simulate)
app.command()(phones)


@app.callback()
def callout(*, version: options.Version = False) -> None:
    """Take what stands before a subcommand."""


@app.command()
@options.takes_where
def replay(
    files: Files,
    *,
    wait: options.Wait = 10,
    stack: options.StackName = DEFAULT_STACK,
    where: options.Where,
    in_json: options.Json = False,
) -> None:
    """Send events again, to try a trigger: phones ring, and the call says it is a test.

    Every event is read before the first is sent.
    """
    from callout.send_events import read_entry, send  # noqa: PLC0415 - as in doctor

    entries = {file: read_entry(file) for file in files}
    outcome = send(where.aws(), stack, entries, wait)
    if in_json:
        print_json(map(asdict, outcome.replays))
    else:
        output.tell_replays(outcome, wait)
    if any(not one.execution for one in outcome.replays):
        raise typer.Exit(FOUND)


@app.command()
@options.takes_where
def page(  # noqa: PLR0913 - a command line's options
    team: Annotated[str, typer.Argument(help="Whose people are called.", metavar="TEAM")],
    *,
    title: Annotated[str, typer.Option(help="What is said first.")],
    details: Annotated[str, typer.Option(help="What else is said.")] = "",
    severity: Annotated[str, typer.Option(help="critical, high, medium or low.")] = "",
    real: Annotated[
        bool, typer.Option("--real", help="Somebody is needed: do not say that it is a test.")
    ] = False,
    anyway: Annotated[
        bool, typer.Option("--anyway", help="Send it even to a team that has no roster.")
    ] = False,
    wait: options.Wait = 10,
    stack: options.StackName = DEFAULT_STACK,
    where: options.Where,
    in_json: options.Json = False,
) -> None:
    """Page a team: phones ring. Unless it is --real, the title says that it is a test."""
    from callout.commands.page import page_entry, refuse_if_nobody  # noqa: PLC0415
    from callout.send_events import send  # noqa: PLC0415

    entry = page_entry(team, title, details=details, severity=severity, real=real)
    aws = where.aws()
    if not anyway:
        refuse_if_nobody(aws, team)
    outcome = send(aws, stack, {f"page to {team}": entry}, wait)
    if in_json:
        print_json(
            {"event_id": one.event_id, "execution": one.execution} for one in outcome.replays
        )
    else:
        output.tell_replays(outcome, wait)
    if any(not one.execution for one in outcome.replays):
        raise typer.Exit(FOUND)


@app.command()
@options.takes_where
def call(  # noqa: PLR0913 - a command line's options
    name: Annotated[str, typer.Argument(help="Whom, as the roster has it.", metavar="NAME")],
    *,
    team: Annotated[str, typer.Option(help="Whose roster.")] = DEFAULT_TEAM,
    phone: Annotated[int, typer.Option(min=1, help="Which of their numbers.")] = 1,
    stack: options.StackName = DEFAULT_STACK,
    where: options.Where,
    in_json: options.Json = False,
) -> None:
    """Ring one person as a test, and say what happens: 0 only where they press 1."""
    from callout.commands import call  # noqa: PLC0415
    from callout.doctor.aws_state import Account  # noqa: PLC0415
    from callout.roster.calendar import utc_now  # noqa: PLC0415
    from oncall.calls.call import ACKNOWLEDGED  # noqa: PLC0415

    aws = where.aws()
    roster = file_commands.roster_of(team, None, where)
    contact = call.person(roster, name)
    if phone > len(contact.phones):
        raise CommandError(f"--phone {phone}: {name} has {len(contact.phones)}")
    to = call.deployed(Account(aws, stack).environments, stack)
    said = call.message(contact, roster, to.telephony, utc_now())
    ringing = call.Ring(aws, to, lambda now: None if in_json else typer.echo(call.told(now)))
    done = ringing.ring(contact, contact.phones[phone - 1], said, roster.ring_seconds)
    if in_json:
        shown = ("contact", "phone", "outcome", "reason", "contact_id")
        print_json({key: value for key, value in asdict(done).items() if key in shown})
    if done.outcome != ACKNOWLEDGED:
        raise typer.Exit(FOUND)


@app.command()
@options.takes_where
def doctor(
    *,
    stack: options.StackName = DEFAULT_STACK,
    where: options.Where,
    in_json: options.Json = False,
) -> None:
    """Say what is missing to ring a phone. Nothing is changed, and nobody is called."""
    # Imported here: a replay needs neither the contact flow nor the roster's parser.
    from callout.doctor.aws_state import Account  # noqa: PLC0415
    from callout.doctor.finding import State  # noqa: PLC0415
    from callout.doctor.run_checks import examine  # noqa: PLC0415

    findings = []
    for finding in examine(Account(where.aws(), stack)):
        findings.append(finding)
        if not in_json:
            output.tell_finding(finding)
    if in_json:
        print_json(map(asdict, findings))
    else:
        output.tell_sum(findings)
    if any(finding.state is State.BAD for finding in findings):
        raise typer.Exit(FOUND)


def command(arguments: list[str] | None = None) -> int:
    """Run the command line and give its exit code; what is wrong is said in one line."""
    try:
        code = app(arguments, standalone_mode=False, prog_name="callout")
    except (CommandError, EventError) as error:
        return _failed(str(error))
    except (BotoCoreError, ClientError) as error:
        return _failed(reason(error))
    except typer.TyperException as error:
        # none where the help was shown instead
        return _failed(message) if (message := error.format_message()) else FAILED
    except (KeyboardInterrupt, typer.Abort):
        return INTERRUPTED
    return code or 0


def _failed(message: str) -> int:
    sys.stderr.write(f"callout: {message}\n")
    return FAILED
