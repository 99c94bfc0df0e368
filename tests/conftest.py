"""What tests share: the running local system, started once."""

from __future__ import annotations

import pickle
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest
from botocore.loaders import JSONFileLoader
from hypothesis import settings

from local.emulator.cdk_deploy import synthesize
from local.emulator.system import LocalSystem
from local.full_settings import FULL_SETTINGS
from tests.support.shared_resource import create_once
from tests.support.xdist_scheduler import GroupScheduling, sort_slowest_first

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from xdist.remote import Producer  # type: ignore[import-untyped]

    from local.simulation.all_scenarios import AllScenarios
    from local.simulation.system import VirtualSystem

#: Real seconds per second of a story: forty times faster than life. Faster still, and what
#: the emulator itself takes for a step would be long against what a phone does.
TIME_SCALE = 1 / 40


# A failing comparison there shows both sides.
pytest.register_assert_rewrite("tests.support.assert_result")

# How long an example takes says more of the machine than of the code.
settings.register_profile("callout", deadline=None)
settings.load_profile("callout")

# botocore reads its description of a service from disk again for each session, and each
# function has one: of Connect alone that is 2 MB of JSON. Nobody writes into what was read.
_read = JSONFileLoader.load_file


@cache
def _read_once(path: str) -> Any:  # noqa: ANN401 - whatever JSON holds
    return _read(JSONFileLoader(), path)


def _load_file(self: JSONFileLoader, file_path: str) -> Any:  # noqa: ANN401, ARG001 - botocore's
    return _read_once(file_path)


JSONFileLoader.load_file = _load_file  # type: ignore[method-assign]


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> GroupScheduling:
    """Run tests that share an expensive fixture in the same worker."""
    return GroupScheduling(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Start with the slowest tests."""
    sort_slowest_first(items)


@pytest.fixture(scope="session")
def everything(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that the real CDK command line writes with everything switched on."""
    return create_once(
        tmp_path_factory, "everything", lambda folder: synthesize(folder, FULL_SETTINGS)
    )


@pytest.fixture(scope="session")
def all_scenarios(tmp_path_factory: pytest.TempPathFactory) -> AllScenarios:
    """Run every scenario of tests/scenarios in virtual time."""

    def write(folder: Path) -> None:
        # Not sooner: it brings moto with it, which most workers do without.
        from local.simulation.all_scenarios import run_all_scenarios  # noqa: PLC0415

        (folder / "results.pickle").write_bytes(pickle.dumps(run_all_scenarios()))

    written = create_once(tmp_path_factory, "all-scenarios", write) / "results.pickle"
    results: AllScenarios = pickle.loads(written.read_bytes())  # noqa: S301 - we wrote it ourselves
    return results


@pytest.fixture(scope="session")
def virtual() -> Iterator[VirtualSystem]:
    """Callout in this process, in virtual time; each scenario resets it."""
    from local.simulation.system import VirtualSystem  # noqa: PLC0415 - not sooner, as above

    with VirtualSystem() as running:
        yield running
        assert running.connect.defects == [], "the simulated Connect broke Connect's own model"


@pytest.fixture(scope="session")
def system(everything: Path) -> Iterator[LocalSystem]:
    """Callout, deployed by the real CDK command line to a local emulator."""
    with LocalSystem(time_scale=TIME_SCALE, assembly=everything) as running:
        yield running
        assert running.connect.defects == [], "the simulated Connect broke Connect's own model"
