"""The command `callout import`: turn a dump of another pager into rosters, without its network."""

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from callout import options
from callout.errors import CommandError


class Product(StrEnum):
    """The pagers that can be imported."""

    OPSGENIE = "opsgenie"
    PAGERDUTY = "pagerduty"
    GRAFANA_ONCALL = "grafana-oncall"
    SSM_CONTACTS = "ssm-contacts"


app = typer.Typer()


@options.command(app, "import")
def import_pager(  # noqa: PLR0913 - a command line's options
    product: Annotated[Product, typer.Argument(help="Where the dump is from.", metavar="PRODUCT")],
    path: Annotated[str, typer.Argument(help="File or folder of the dump.", metavar="PATH")],
    *,
    escalation: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="Import only this escalation policy; may be repeated."),
    ] = None,
    output: Annotated[
        str | None,
        typer.Option(metavar="FOLDER", help="Write <team>.yaml here; default: standard output."),
    ] = None,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Replace files that exist in the folder.")
    ] = False,
    run: options.Run,
) -> None:
    """Convert a dump of opsgenie, pagerduty, grafana-oncall or ssm-contacts to rosters.

    Reports what was translated, approximated or dropped, and where a roster differs from the shifts
    that the product computed. Exits with 1 if a roster differs or is incomplete.
    """
    from callout.roster.calendar import utc_now
    from callout.roster.importing.pagers import (
        grafana_oncall_dump,
        opsgenie_dump,
        pagerduty_dump,
        ssm_contacts_dump,
    )
    from callout.roster.importing.pagers.dump import read_dump
    from callout.roster.importing.pagers.pager_model import APPROXIMATED, DIFFERENT, Note
    from callout.roster.importing.pagers.pager_roster import build_rosters, policies_of

    readers = {
        Product.OPSGENIE: opsgenie_dump,
        Product.PAGERDUTY: pagerduty_dump,
        Product.GRAFANA_ONCALL: grafana_oncall_dump,
        Product.SSM_CONTACTS: ssm_contacts_dump,
    }
    dump = read_dump(product, path)
    account = readers[product].read_account(dump)
    account.notes += [
        Note(APPROXIMATED, "the dump", file, "has more result pages; dump them too")
        for file in dump.incomplete_files()
    ]
    names = [policy.name for policy in policies_of(account)]
    if not names:
        raise CommandError(
            f"{path}: no escalation policies or schedules found: see docs/import.md for the"
            " commands that dump them"
        )
    listed = ", ".join(map(repr, dict.fromkeys(names)))
    if unknown := set(escalation or ()) - set(names):
        raise CommandError(f"--escalation {min(unknown)!r}: not in the dump: use one of {listed}")
    rosters = build_rosters(account, utc_now(), escalation or ())
    notes = [note for roster in rosters for note in roster.notes] + account.notes
    if output:
        _write({f"{roster.name}.yaml": roster.text for roster in rosters}, output, overwrite)
    elif len(rosters) > 1 and not run.in_json:
        raise CommandError(
            f"{path}: {len(rosters)} rosters: use --output FOLDER, or --escalation with one of"
            f" {listed}"
        )
    if run.in_json:
        shown = [{"team": r.name, "roster": r.text, "valid": r.valid} for r in rosters]
        options.print_json({"rosters": shown, "report": [note._asdict() for note in notes]})
    else:
        sys.stdout.write("" if output else "".join(roster.text for roster in rosters))
        for note in notes:
            typer.echo(note.line, err=not output)
    if any(not roster.valid for roster in rosters) or any(n.kind == DIFFERENT for n in notes):
        raise typer.Exit(options.FOUND)


def _write(texts: dict[str, str], folder: str, overwrite: bool) -> None:  # noqa: FBT001
    from callout.roster.roster_file import write_text

    files = {str(Path(folder) / name): text for name, text in texts.items() if text}
    existing = [file for file in files if Path(file).exists()]
    if existing and not overwrite:
        raise CommandError(f"{existing[0]} exists: use --overwrite, or another folder")
    try:
        Path(folder).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CommandError(f"{folder}: {error.strerror}") from None
    for file, text in files.items():
        write_text(file, text)
