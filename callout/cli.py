"""The command line: its subcommands, and how errors are printed."""

import sys
from dataclasses import asdict
from typing import Annotated

import typer
from botocore.exceptions import BotoCoreError, ClientError

from callout import options, output
from callout.callback.callback_commands import app as callbacks
from callout.commands.phones import phones
from callout.errors import CommandError, describe_error
from callout.incidents.commands import app as incidents
from callout.options import FAILED, FOUND, INTERRUPTED, print_json
from callout.roster import file_commands
from callout.roster.importing.import_pager import app as import_pager
from callout.roster.mute_commands import app as mutes
from callout.roster.override_commands import app as overrides
from callout.roster.pin_command import app as pins
from callout.roster.version_commands import app as roster
from callout.simulate.command import simulate
from callout.time_format import pluralize
from callout.verify.verify_command import app as verify
from callout.webhook.webhook_commands import app as webhooks
from oncall.events.replay_entry import EventError
from oncall.incident import DEFAULT_TEAM

# Commands import their implementation when they run, so that `callout` starts fast.

Files = Annotated[
    list[str], typer.Argument(help="Event files (JSON); - for standard input.", metavar="FILE…")
]

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    help="Page the people on call when something in AWS needs attention.",
    pretty_exceptions_enable=False,
)
roster.add_typer(overrides)
roster.add_typer(pins)
app.add_typer(roster, name="roster")
app.add_typer(incidents)
app.add_typer(mutes)
app.add_typer(webhooks, name="webhook")
app.add_typer(callbacks, name="callback")
app.add_typer(verify)
app.add_typer(import_pager)
app.command()(simulate)
app.command()(phones)


@app.callback()
def callout(*, version: options.Version = False) -> None:
    """Accept the options that precede a subcommand."""


@options.command(app, stack=True)
def replay(
    files: Files,
    *,
    wait: options.Wait = 10,
    run: options.Run,
) -> None:
    """Resend events to test a trigger: phones ring, and calls announce a test.

    All files are read before the first event is sent.
    """
    from callout.commands.page_and_replay import read_event_file
    from callout.send_events import send

    entries = {file: read_event_file(file) for file in files}
    result = send(run.session(), run.stack, entries, wait)
    run.print(
        map(asdict, result.events), lambda: output.print_sent_events(result, wait, routes=True)
    )
    if not result.all_started:
        raise typer.Exit(FOUND)


@options.command(app, stack=True)
def page(  # noqa: PLR0913 - a command line's options
    team: Annotated[str, typer.Argument(help="Team to page.", metavar="TEAM")] = DEFAULT_TEAM,
    *,
    title: Annotated[str, typer.Option(help="Title; calls announce it first.")] = "",
    details: Annotated[str, typer.Option(help="Details; calls announce them after it.")] = "",
    severity: Annotated[str, typer.Option(help="critical, high, medium or low.")] = "",
    real: Annotated[
        bool, typer.Option("--real", help="Send a real page, not marked as a test.")
    ] = False,
    resolve: Annotated[
        str | None,
        typer.Option(
            help="Resolve the open incident with this dedup_key or title; calls nobody.",
            metavar="KEY",
        ),
    ] = None,
    anyway: Annotated[
        bool, typer.Option("--anyway", help="Send it even if the team has no roster.")
    ] = False,
    wait: options.Wait = 10,
    run: options.Run,
) -> None:
    """Page a team: phones ring. The title is marked as a test unless --real is given."""
    from callout.commands.page_and_replay import page_entry, require_roster, resolve_entry
    from callout.send_events import send

    if resolve is None:
        entry = page_entry(team, title, details=details, severity=severity, real=real)
        what = f"page to {team}"
    elif title or details or severity:
        raise CommandError("--resolve calls nobody: leave out --title, --details and --severity")
    else:
        entry = resolve_entry(team, resolve)
        what = f"resolving {resolve!r} of team {team}, if it is open"
    aws = run.session()
    if not anyway and resolve is None:
        require_roster(aws, team)
    result = send(aws, run.stack, {what: entry}, wait)
    sent = ({"event_id": event.event_id, "execution": event.execution} for event in result.events)
    run.print(sent, lambda: output.print_sent_events(result, wait))
    if not result.all_started:
        raise typer.Exit(FOUND)


@options.command(app, stack=True)
def call(
    name: Annotated[str, typer.Argument(help="Name of a contact on the roster.", metavar="NAME")],
    *,
    team: Annotated[str, typer.Option(help="Team whose roster has the contact.")] = DEFAULT_TEAM,
    phone: Annotated[int, typer.Option(min=1, help="Position of the number to call.")] = 1,
    run: options.Run,
) -> None:
    """Call one person as a test and report the result. Exits with 0 only if they press 1."""
    from callout.commands import call
    from callout.doctor.aws_state import AwsState
    from callout.roster.calendar import utc_now
    from oncall.calls.call import ACKNOWLEDGED

    aws = run.session()
    roster = file_commands.load_roster(team, None, run)
    contact = call.find_contact(roster, name)
    if phone > len(contact.phones):
        count = pluralize(len(contact.phones), "number")
        raise CommandError(
            f"--phone {phone}: {name} has {count} on the roster: use a number from 1 to"
            f" {len(contact.phones)}"
        )
    config = call.read_call_config(AwsState(aws, run.stack).environments, run.stack)
    message = call.build_message(contact, roster, config.telephony, utc_now())
    test_call = call.TestCall(
        aws, config, lambda now: None if run.in_json else typer.echo(call.describe_call(now))
    )
    ended = test_call.run(contact, contact.phones[phone - 1], message, roster.ring_seconds)
    if run.in_json:
        keys = ("contact", "phone", "outcome", "reason", "contact_id")
        print_json({key: value for key, value in asdict(ended).items() if key in keys})
    if ended.outcome != ACKNOWLEDGED:
        raise typer.Exit(FOUND)


@options.command(app, stack=True)
def doctor(
    *,
    run: options.Run,
) -> None:
    """Check everything that a call needs. Changes nothing and calls nobody."""
    from callout.doctor.aws_state import AwsState
    from callout.doctor.check_result import State
    from callout.doctor.run_checks import run_checks

    results = []
    for result in run_checks(AwsState(run.session(), run.stack)):
        results.append(result)
        if not run.in_json:
            output.print_check_result(result)
    run.print(map(asdict, results), lambda: output.print_check_summary(results))
    if any(result.state is State.FAIL for result in results):
        raise typer.Exit(FOUND)


def command(arguments: list[str] | None = None) -> int:
    """Run the command line and return its exit code; print an error as one line."""
    try:
        code = app(arguments, standalone_mode=False, prog_name="callout")
    except (CommandError, EventError) as error:
        return _print_error(str(error))
    except (BotoCoreError, ClientError) as error:
        return _print_error(describe_error(error))
    except typer.TyperException as error:
        # The message is empty if the help was printed instead.
        return _print_error(message) if (message := error.format_message()) else FAILED
    except (KeyboardInterrupt, typer.Abort):
        return INTERRUPTED
    return code or 0


def _print_error(message: str) -> int:
    sys.stderr.write(f"callout: {message}\n")
    return FAILED
