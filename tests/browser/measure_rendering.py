"""How well the page keeps up: 20 phones, a storm of 100 alarms, in a real browser.

    python -m tests.browser.measure_rendering [alarms]

Prints figures and judges none, since they say as much of the machine as of the page.
"""

from __future__ import annotations

import statistics
import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from playwright.sync_api import sync_playwright

from local.emulator.system import LocalSystem
from local.environment import LOOPBACK, free_port
from local.phones.server import beside
from local.phones.session import Board
from tests.browser.chromium import ARGUMENTS, path

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

PHONES = 20
PICTURE = "/tmp/callout-storm.png"  # noqa: S108 - looked at, and thrown away
#: Seconds that are watched after the last alarm.
AFTERWARDS = 30
#: Notes when each message of the feed has been painted, how long frames take, and long tasks.
WATCH = """
() => {
  window.painted = []; window.frames = []; window.tasks = [];
  let last = performance.now();
  const frame = (now) => { frames.push(now - last); last = now; requestAnimationFrame(frame); };
  requestAnimationFrame(frame);
  new PerformanceObserver((list) => list.getEntries().forEach((one) => tasks.push(one.duration)))
    .observe({ type: "longtask" });
  let skip = true;
  new EventSource("/api/feed").onmessage = ({ data }) => {
    const count = JSON.parse(data).length - (skip ? 1 : 0);
    skip = false;
    requestAnimationFrame(() => setTimeout(() => {
      for (let one = 0; one < count; one += 1) painted.push(Date.now());
    }));
  };
}
"""


def main(alarms: int) -> None:
    """Play the storm and print what it came to."""
    contacts = "\n".join(
        f'  - {{name: Person {one}, phone: "+141555501{10 + one}"}}' for one in range(PHONES)
    )
    said: list[float] = []
    with LocalSystem() as system, sync_playwright() as playwright, noted(system, said) as board:
        board.roster.save(f"ring_seconds: 15\ncontacts:\n{contacts}\n")
        port = free_port()
        with (
            beside(board, port),
            playwright.chromium.launch(executable_path=path(), args=ARGUMENTS) as browser,
        ):
            page = browser.new_page(viewport={"width": 1440, "height": 900})
            page.goto(f"http://{LOOPBACK}:{port}/")
            page.locator(".phone").nth(PHONES - 1).wait_for()
            page.evaluate(WATCH)
            page.wait_for_timeout(3000)
            page.evaluate("frames.length = tasks.length = 0")
            before, began = len(said), time.monotonic()
            board.storm(alarms)
            sent = time.monotonic() - began
            page.wait_for_timeout(AFTERWARDS * 1000)
            painted, frames, tasks = page.evaluate("[painted, frames, tasks]")
            page.screenshot(path=PICTURE)
    lags = [then - at * 1000 for at, then in zip(said, painted, strict=False)][before:]
    lines = [
        f"{alarms} alarms in {sent:.1f} s, {len(lags)} messages, {PHONES} phones",
        _told("from said to painted", lags),
        _told("between two frames", frames),
        f"frames of more than 50 ms: {sum(one > 50 for one in frames)} of {len(frames)}",
        f"tasks of more than 50 ms: {len(tasks)}, longest {max(tasks, default=0):.0f} ms",
        f"the page: {PICTURE}",
    ]
    sys.stdout.write("\n".join(lines) + "\n")


@contextmanager
def noted(system: LocalSystem, said: list[float]) -> Iterator[Board]:
    """Give a board; note when its feed is told each message, seconds since the epoch."""
    board = Board(system)
    tell = board.feed.say

    def say(kind: str, **told: Any) -> None:  # noqa: ANN401 - as Feed.say
        said.append(time.time())
        tell(kind, **told)

    board.feed.say = say  # type: ignore[method-assign]
    with board:
        yield board


def _told(what: str, milliseconds: Sequence[float]) -> str:
    cuts = statistics.quantiles(milliseconds, n=100)
    return (
        f"{what}: median {cuts[49]:.0f} ms, 99 of 100 within {cuts[98]:.0f} ms,"
        f" longest {max(milliseconds):.0f} ms"
    )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100)
