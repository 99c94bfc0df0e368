"""Fixtures that tests share: what is expensive is made once."""

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
from local.simulation.synthesized_template import cache_template, cached_template
from tests.support.shared_resource import create_once
from tests.support.xdist_scheduler import GroupScheduling, sort_slowest_first

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from xdist.remote import Producer  # type: ignore[import-untyped]

    from local.simulation.all_scenarios import AllScenarios
    from local.simulation.system import VirtualSystem

#: Real seconds per scenario second. With a smaller value, the emulator's own delays would be long
#: compared with what phones do.
TIME_SCALE = 1 / 40


# The time that an example takes depends on the machine.
settings.register_profile("callout", deadline=None)
settings.load_profile("callout")

# botocore reads the model of a service from disk for each session, and each function has a session:
# Connect's model alone is 2 MB of JSON. It changes nothing of them, but the list of endpoints.
_read = JSONFileLoader.load_file


@cache
def _read_once(path: str) -> Any:  # noqa: ANN401 - whatever JSON holds
    return _read(JSONFileLoader(), path)


def _load_file(self: JSONFileLoader, file_path: str) -> Any:  # noqa: ANN401 - whatever JSON holds
    return _read(self, file_path) if file_path.endswith("endpoints") else _read_once(file_path)


JSONFileLoader.load_file = _load_file  # type: ignore[method-assign]


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> GroupScheduling:
    """Run tests that share an expensive fixture in the same worker."""
    return GroupScheduling(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Start with the slowest tests."""
    sort_slowest_first(items)


@pytest.fixture(scope="session")
def full_assembly(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The cloud assembly that the CDK command line writes with all features enabled."""
    return create_once(
        tmp_path_factory,
        "full-assembly",
        lambda folder: cache_template(synthesize(folder, FULL_SETTINGS), FULL_SETTINGS),
    )


@pytest.fixture(scope="session")
def simulation_template(request: pytest.FixtureRequest) -> None:
    """Do not synthesize the simulation's template apart from the assembly."""
    if not cached_template(FULL_SETTINGS).exists():
        request.getfixturevalue("full_assembly")


@pytest.fixture(scope="session")
def all_scenarios(
    tmp_path_factory: pytest.TempPathFactory,
    simulation_template: None,  # noqa: ARG001 - for its effect
) -> AllScenarios:
    """Run every scenario of tests/scenarios in virtual time."""

    def write(folder: Path) -> None:
        # Not at the top: it imports moto, which most workers do not need.
        from local.simulation.all_scenarios import run_all_scenarios  # noqa: PLC0415

        (folder / "results.pickle").write_bytes(pickle.dumps(run_all_scenarios()))

    written = create_once(tmp_path_factory, "all-scenarios", write) / "results.pickle"
    results: AllScenarios = pickle.loads(written.read_bytes())  # noqa: S301 - written above
    return results


@pytest.fixture(scope="session")
def virtual(simulation_template: None) -> Iterator[VirtualSystem]:  # noqa: ARG001 - for its effect
    """Yield the simulation; each scenario resets it."""
    from local.simulation.system import VirtualSystem  # noqa: PLC0415 - imports moto, as above

    with VirtualSystem() as running:
        yield running
        assert running.connect.defects == [], "the simulated Connect broke Connect's own model"


@pytest.fixture(scope="session")
def system(full_assembly: Path) -> Iterator[LocalSystem]:
    """Yield Callout, deployed to a local emulator by the CDK command line."""
    with LocalSystem(time_scale=TIME_SCALE, assembly=full_assembly) as running:
        yield running
        assert running.connect.defects == [], "the simulated Connect broke Connect's own model"
