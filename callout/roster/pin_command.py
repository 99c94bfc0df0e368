"""`callout roster pin`: set the PIN that a contact gives when they call back."""

from __future__ import annotations

import getpass
import sys
from typing import Annotated

import typer

from callout import options
from callout.errors import CommandError
from callout.roster.version_commands import Advanced, open_roster, save_edit
from oncall.incident import DEFAULT_TEAM

app = typer.Typer()


@options.command(app)
def pin(
    name: Annotated[str, typer.Argument(help="Contact.", metavar="NAME")],
    *,
    remove: Annotated[bool, typer.Option("--remove", help="Remove the PIN.")] = False,
    team: Annotated[str, typer.Option(help="Team.", metavar="TEAM")] = DEFAULT_TEAM,
    advanced: Advanced = False,
    run: options.Run,
) -> None:
    """Set the PIN that a contact needs to acknowledge by calling back; the roster stores a hash.

    Prompt for the PIN, or read it from standard input if that is not a terminal.
    """
    from callout.roster.overrides import find_name
    from callout.roster.roster_edits import edit_pin
    from oncall.pin import hash_pin

    edit = open_roster(run, team)
    contact = find_name(edit.roster, name)
    if edit.roster.rotation(contact):
        raise CommandError(f"{contact} is a rotation: use the name of a contact")
    stored = "" if remove else hash_pin(read_pin())
    save_edit(edit, edit_pin(edit.latest.text, edit.roster, contact, stored), advanced=advanced)


def read_pin() -> str:
    """Ask twice for a PIN, without echo; raise CommandError if it is malformed or differs."""
    from oncall.pin import MAX_LENGTH, MIN_LENGTH, PIN

    terminal = sys.stdin.isatty()
    entered = getpass.getpass("PIN: ") if terminal else sys.stdin.readline().rstrip("\r\n")
    if not PIN.fullmatch(entered):
        raise CommandError(f"not saved: a PIN has {MIN_LENGTH} to {MAX_LENGTH} digits")
    if terminal and getpass.getpass("PIN again: ") != entered:
        raise CommandError("not saved: the two PINs differ")
    return entered
