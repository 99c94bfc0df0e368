"""`callout phones`: all of Callout on this machine, with phones in the browser."""

from typing import Annotated

import typer

from callout.errors import CommandError

#: Default port of the web page.
DEFAULT_PORT = 8321


def phones(
    *,
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="Port of the web page; 0 for any free port.")
    ] = DEFAULT_PORT,
    speed: Annotated[
        float, typer.Option(min=0.1, max=1000, help="Scenario seconds per real second.")
    ] = 1,
    roster: Annotated[
        str | None, typer.Option(metavar="FILE", help="Initial roster (YAML or JSON).")
    ] = None,
    settings: Annotated[
        str | None, typer.Option(metavar="FILE", help="Settings, as in cdk.json.")
    ] = None,
) -> None:
    """Run all of Callout on this machine, and answer its calls in the browser.

    Needs neither AWS nor network. Ctrl-C stops it.
    """
    from local.emulator.process import LocalError
    from local.phones.run import run
    from local.scenarios.files import ScenarioError

    try:
        run(port, speed, roster, settings)
    except (LocalError, ScenarioError) as error:
        raise CommandError(str(error)) from None
