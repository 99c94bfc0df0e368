"""Measures how fast the web page updates: 20 phones and an alert storm, in a real browser.

    python -m tests.browser.measure_rendering [alarms]

Prints figures without limits, since they depend on the machine as much as on the page.
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
from local.phones.server import serve_in_background
from local.phones.session import PhonesSession
from tests.browser.chromium import ARGUMENTS, path

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

PHONES = 20
SCREENSHOT = "/tmp/callout-storm.png"  # noqa: S108 - a temporary file
#: Seconds to measure after the last alarm was sent.
MEASURE_SECONDS = 30
#: Records when each message has been painted, how long frames take, and long tasks.
RECORD = """
() => {
  window.painted = []; window.frames = []; window.tasks = [];
  let last = performance.now();
  const frame = (now) => { frames.push(now - last); last = now; requestAnimationFrame(frame); };
  requestAnimationFrame(frame);
  new PerformanceObserver((list) => tasks.push(...list.getEntries().map((task) => task.duration)))
    .observe({ type: "longtask" });
  let first = true;
  new EventSource("/api/stream").onmessage = ({ data }) => {
    const count = JSON.parse(data).length - (first ? 1 : 0);
    first = false;
    requestAnimationFrame(() => setTimeout(() => {
      for (let index = 0; index < count; index += 1) painted.push(Date.now());
    }));
  };
}
"""


def main(alarms: int) -> None:
    """Send the storm and print the figures."""
    contacts = "\n".join(
        f'  - {{name: Person {number}, phone: "+141555501{10 + number}"}}'
        for number in range(PHONES)
    )
    published: list[float] = []
    with (
        LocalSystem() as system,
        sync_playwright() as playwright,
        recording_session(system, published) as session,
    ):
        session.roster.save(f"ring_seconds: 15\ncontacts:\n{contacts}\n")
        port = free_port()
        with (
            serve_in_background(session, port),
            playwright.chromium.launch(executable_path=path(), args=ARGUMENTS) as browser,
        ):
            page = browser.new_page(viewport={"width": 1440, "height": 900})
            page.goto(f"http://{LOOPBACK}:{port}/")
            page.locator(".phone").nth(PHONES - 1).wait_for()
            page.evaluate(RECORD)
            page.wait_for_timeout(3000)
            page.evaluate("frames.length = tasks.length = 0")
            earlier, started = len(published), time.monotonic()
            session.send_storm(alarms)
            duration = time.monotonic() - started
            page.wait_for_timeout(MEASURE_SECONDS * 1000)
            painted, frames, tasks = page.evaluate("[painted, frames, tasks]")
            page.screenshot(path=SCREENSHOT)
    times = zip(published, painted, strict=False)
    delays = [painted_at - published_at * 1000 for published_at, painted_at in times][earlier:]
    slow_frames = sum(frame > 50 for frame in frames)
    lines = [
        f"{alarms} alarms in {duration:.1f} s, {len(delays)} messages, {PHONES} phones",
        _summary("published to painted", delays),
        _summary("frame times", frames),
        f"frames over 50 ms: {slow_frames} of {len(frames)}",
        f"tasks over 50 ms: {len(tasks)}, longest {max(tasks, default=0):.0f} ms",
        f"screenshot: {SCREENSHOT}",
    ]
    sys.stdout.write("\n".join(lines) + "\n")


@contextmanager
def recording_session(system: LocalSystem, published: list[float]) -> Iterator[PhonesSession]:
    """Start a session; record when its messages are published, in seconds since the epoch."""
    session = PhonesSession(system)
    publish = session.stream.publish

    def record(kind: str, **fields: Any) -> None:  # noqa: ANN401 - as EventStream.publish
        published.append(time.time())
        publish(kind, **fields)

    session.stream.publish = record  # type: ignore[method-assign]
    with session:
        yield session


def _summary(name: str, milliseconds: Sequence[float]) -> str:
    percentiles = statistics.quantiles(milliseconds, n=100)
    return (
        f"{name}: median {percentiles[49]:.0f} ms, p99 {percentiles[98]:.0f} ms,"
        f" longest {max(milliseconds):.0f} ms"
    )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100)
