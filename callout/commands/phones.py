"""`callout phones`: the whole of Callout on this machine, its phones in a browser."""

from __future__ import annotations

from typing import Annotated

import typer

from callout.errors import CommandError

#: Where the page is unless it is said.
PORT = 8321


def phones(
    *,
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="Of the page; 0 for any free one.")
    ] = PORT,
    speed: Annotated[
        float, typer.Option(min=0.1, max=1000, help="Scenario seconds per real second.")
    ] = 1,
    roster: Annotated[
        str | None, typer.Option(metavar="FILE", help="Begin with this roster (YAML or JSON).")
    ] = None,
) -> None:
    """Let phones ring in a browser: all of Callout on this machine, and you answer.

    Needs neither AWS nor network. Ctrl-C ends it.
    """
    from local.emulator.process import LocalError  # noqa: PLC0415 - as in simulate
    from local.phones.run import run  # noqa: PLC0415
    from local.scenarios.files import ScenarioError  # noqa: PLC0415

    try:
        run(port, speed, roster)
    except (LocalError, ScenarioError) as error:
        raise CommandError(str(error)) from None
