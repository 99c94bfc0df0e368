"""`callout phones`: all of Callout on this machine, with phones in a browser."""

from __future__ import annotations

from typing import Annotated

import typer

from callout.errors import CommandError

DEFAULT_PORT = 8321


def phones(
    *,
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="Port of the web page; 0 for any free one.")
    ] = DEFAULT_PORT,
    speed: Annotated[
        float, typer.Option(min=0.1, max=1000, help="Scenario seconds per real second.")
    ] = 1,
    roster: Annotated[
        str | None, typer.Option(metavar="FILE", help="Start with this roster (YAML or JSON).")
    ] = None,
) -> None:
    """Run all of Callout on this machine and answer its phones in a browser.

    Needs neither AWS nor a network. Press Ctrl-C to stop.
    """
    from local.emulator.process import LocalError  # noqa: PLC0415 - as in simulate
    from local.phones.run import run  # noqa: PLC0415
    from local.scenarios.files import ScenarioError  # noqa: PLC0415

    try:
        run(port, speed, roster)
    except (LocalError, ScenarioError) as error:
        raise CommandError(str(error)) from None
