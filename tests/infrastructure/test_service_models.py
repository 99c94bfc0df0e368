"""The reduced service models have every request of the functions, and botocore's endpoints."""

from __future__ import annotations

import json
import sys
from subprocess import run
from typing import TYPE_CHECKING

import pytest

from local.environment import local_environment
from tests.infrastructure.function_source import (
    IAM_NAMES,
    IAM_PREFIXES,
    NAMES,
    actions_called,
)
from workflow.service_models import OPERATIONS

if TYPE_CHECKING:
    from pathlib import Path

#: Describe the clients of the asset and those of botocore, in a process of their own, because
#: botocore changes the endpoints that it has loaded.
DESCRIBE = """
import json, sys
from adapters.aws_clients import client
from botocore.session import Session

def describe(client):
    meta = client.meta
    return meta.endpoint_url, meta.region_name, meta.partition, meta.service_model.signing_name

ours = [client(service) for service in sys.argv[1:]]
theirs = [Session().create_client(service) for service in sys.argv[1:]]
print(json.dumps([[describe(client) for client in clients] for clients in (ours, theirs)]))
"""


def test_the_models_have_exactly_the_operations_that_functions_request() -> None:
    requested = set().union(*map(actions_called, NAMES))

    actions = {
        f"{IAM_PREFIXES.get(service, service)}:{operation}"
        for service, operations in OPERATIONS.items()
        for operation in operations
    }
    assert {IAM_NAMES.get(action, action) for action in actions} == requested


@pytest.mark.parametrize("region", ["eu-central-1", "cn-north-1", "us-gov-west-1"])
def test_clients_of_the_asset_have_the_endpoints_of_botocore(asset: Path, region: str) -> None:
    environment = local_environment("") | {"AWS_DEFAULT_REGION": region, "PYTHONPATH": str(asset)}
    del environment["AWS_ENDPOINT_URL"]
    done = run(
        [sys.executable, "-c", DESCRIBE, *OPERATIONS],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )

    ours, theirs = json.loads(done.stdout)
    assert ours == theirs
