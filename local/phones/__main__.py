"""`make phones`: the command."""

from __future__ import annotations

import signal
import sys
import time
from pathlib import Path  # noqa: TC003 - typer reads it
from typing import Annotated

import typer
from rich.console import Console

from local.emulator import LocalError
from local.environment import LOOPBACK, free_port, port_is_free
from local.phones.board import Board
from local.phones.serving import PhoneServer
from local.story import STORIES, StoryError, read_story
from local.story_sources import read_text
from local.system import LocalSystem

PORT = 8321
#: Whose roster there is at the beginning.
STORY = "company-of-four"
console = Console(highlight=False, soft_wrap=True)


def phones(
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="Of the page; 0 for any free one.")
    ] = PORT,
    speed: Annotated[
        float, typer.Option(min=0.1, max=1000, help="Story seconds per real second.")
    ] = 1,
    roster: Annotated[Path | None, typer.Option(help="Your own roster (YAML or JSON).")] = None,
) -> None:
    """Deploy Callout on this machine, and let its phones ring in a browser."""
    if port and not port_is_free(port):
        raise LocalError(f"port {port} is in use: choose another with PORT=, or 0 for any")
    began = time.monotonic()
    text = read_text(roster) if roster else read_story(STORIES / f"{STORY}.yaml").roster_text
    system = LocalSystem(time_scale=1 / speed, say=lambda step: console.print(f"  {step} ..."))
    with system, Board(system) as board:
        board.roster.save(text)
        server = PhoneServer(board, port := port or free_port())
        console.print(f"\n  ready after {time.monotonic() - began:.0f} s: open", end=" ")
        console.print(f"http://{LOOPBACK}:{port}/", style="bold underline")
        console.print("  (Ctrl-C ends it; nothing leaves this machine)\n")
        server.run()


def command() -> int:
    """Run the command line; what is wrong is said in one line, and gives 2."""
    app = typer.Typer(add_completion=False)
    app.command()(phones)
    # So that ending it by a signal ends the emulator too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        app(standalone_mode=False)
    except (LocalError, StoryError) as error:
        sys.stderr.write(f"callout: {error}\n")
        return 2
    except typer.TyperException as error:
        sys.stderr.write(f"callout: {error.format_message()}\n")
        return 2
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(command())
