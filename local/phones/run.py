"""`make phones` and `callout phones`: deploy locally and serve the web page until interrupted."""

from __future__ import annotations

import time
from pathlib import Path

from rich.console import Console

from local.emulator.process import LocalError
from local.emulator.system import LocalSystem
from local.environment import LOOPBACK, free_port, port_is_free
from local.full_settings import FULL_SETTINGS
from local.phones.sample_alerts import sample_alerts
from local.phones.scenario_player import DEFAULT_SCENARIO, playable_scenarios
from local.phones.server import PhonesServer
from local.phones.session import PhonesSession
from local.scenarios.file_kinds import ROSTER
from local.scenarios.files import read_text
from local.settings_file import local_settings, read_context
from local.stop_signals import stop_on_signals

console = Console(highlight=False, soft_wrap=True)


def run(port: int, speed: float, roster: str | None, settings: str | None = None) -> None:
    """Deploy Callout on this machine, and serve its phones.

    `port` 0 is any free one; `speed` is in scenario seconds per real second. Without a roster file,
    start with a roster of four people; without a settings file, with every feature.

    Raises:
        LocalError: the port is in use, or the local system did not start.
        ScenarioError: the roster file cannot be read.
        KeyboardInterrupt: the user pressed Ctrl-C; everything is cleaned up.
    """
    if port and not port_is_free(port):
        raise LocalError(
            f"port {port} is in use: choose another with PORT=, or 0 for any free port"
        )
    started = time.monotonic()
    if roster is None:
        text = playable_scenarios()[DEFAULT_SCENARIO].roster_text
    else:
        text = read_text(Path(roster), ROSTER)
    stop_on_signals()
    deployed = local_settings(read_context(Path(settings))) if settings else FULL_SETTINGS
    system = LocalSystem(
        time_scale=1 / speed,
        settings=deployed,
        on_step=lambda step: console.print(f"  {step} ..."),
    )
    with system, PhonesSession(system) as session:
        session.roster.save(text)
        server = PhonesServer(session, port := port or free_port())
        console.print(f"\n  ready after {time.monotonic() - started:.0f} s: open", end=" ")
        console.print(f"http://{LOOPBACK}:{port}/", style="bold underline")
        for name, alert in sample_alerts(system).items():
            if name.endswith(": firing"):
                console.print(f"  {alert.command}", markup=False)
        console.print("  (Ctrl-C stops it; nothing leaves this machine)\n")
        server.run()
