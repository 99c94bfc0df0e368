"""A real Alertmanager with the configuration that the docs show: `make test-alertmanager`."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.error import URLError
from urllib.request import ProxyHandler, Request, build_opener

import pytest

from local.environment import LOOPBACK, ROOT, free_port, local_environment
from local.scenarios.emulator_runner import wait_for_end
from tests.e2e.test_webhooks import LIMIT, create, ready, wait_for_ring

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from local.emulator.system import LocalSystem

__all__ = ["ready"]  # a fixture
#: Debian's name, and the project's own.
NAMES = ("prometheus-alertmanager", "alertmanager")
PROGRAM = next(filter(None, map(shutil.which, NAMES)), None)
CONFIGURATION = re.compile(r"```yml\n(route:.*?)```", re.DOTALL)

pytestmark = pytest.mark.skipif(
    PROGRAM is None, reason=f"no Alertmanager: none of {', '.join(NAMES)} is on the PATH"
)


@pytest.fixture
def alertmanager(ready: LocalSystem, tmp_path: Path) -> Iterator[str]:
    """Run Alertmanager with the docs' file, and return its address.

    Only the address, the file of the token and the intervals differ from the docs.
    """
    created = create(ready, "alertmanager")
    token = tmp_path / "token"
    token.write_text(f"{created['token']}\n")
    [configuration] = CONFIGURATION.findall((ROOT / "docs/webhooks.md").read_text())
    for pattern, replacement in (
        (r"https://\S+/webhooks/", f"{ready.deployment.http_endpoint}/webhooks/"),
        (r"/etc/\S+", str(token)),
        (r"(?<=group_wait: )\S+", "1s"),
        (r"(?<=group_interval: )\S+", "2s"),
    ):
        [found] = re.findall(pattern, configuration)
        configuration = configuration.replace(found, replacement)
    (tmp_path / "alertmanager.yml").write_text(configuration)
    url = f"{LOOPBACK}:{free_port()}"
    command = [
        str(PROGRAM),
        f"--config.file={tmp_path / 'alertmanager.yml'}",
        f"--storage.path={tmp_path / 'data'}",
        f"--web.listen-address={url}",
        "--cluster.listen-address=",
    ]
    with (tmp_path / "log").open("w") as log:
        process = subprocess.Popen(
            command, env=local_environment(ready.emulator.url), stdout=log, stderr=log
        )
    yield f"http://{url}"
    process.terminate()
    process.wait()


def post_alert(url: str, **times: str) -> None:
    """Send an alert as Prometheus does; retry until Alertmanager has started."""
    alert: dict[str, Any] = {
        "labels": {"alertname": "InstanceDown", "instance": "db-1", "severity": "critical"},
        "annotations": {"summary": "db-1 does not answer"},
    }
    request = Request(  # noqa: S310 - the local Alertmanager
        f"{url}/api/v2/alerts",
        json.dumps([alert | times]).encode(),
        {"Content-Type": "application/json"},
    )
    deadline = time.monotonic() + LIMIT
    while True:
        try:
            build_opener(ProxyHandler({})).open(request, timeout=LIMIT).close()
        except URLError:  # not listening yet
            assert time.monotonic() < deadline
            time.sleep(0.2)
        else:
            return


def test_firing_rings_a_phone_and_resolved_ends_the_page(
    ready: LocalSystem, alertmanager: str
) -> None:
    before = set(ready.executions())

    post_alert(alertmanager)
    [page] = ready.new_executions(before, 1, LIMIT)
    wait_for_ring(ready)
    post_alert(alertmanager, endsAt=datetime.now(UTC).isoformat())

    output = json.loads(wait_for_end(ready, page)["output"])
    assert output["outcome"] == "resolved"
    assert output["incident"]["title"] == "db-1 does not answer"
    assert output["incident"]["severity"] == "critical"
