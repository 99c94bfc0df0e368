"""The environment of everything that runs locally: it reaches only this machine."""

from __future__ import annotations

import os
import socket
from functools import cache
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config

ROOT = Path(__file__).resolve().parent.parent
REGION = "us-east-1"
#: The account of the emulator and the simulation; moto's default. They check no credentials.
ACCOUNT = "123456789012"
LOOPBACK = "127.0.0.1"
#: An endpoint where nothing listens (the discard port), for what must not be reached.
NOWHERE = f"http://{LOOPBACK}:9"


def local_environment(endpoint_url: str) -> dict[str, str]:
    """Return the process environment in which AWS is the emulator.

    The caller's own AWS settings (profile, endpoints, certificates) are removed, so that nothing
    can reach a real account by accident.
    """
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    return kept | {
        "AWS_ENDPOINT_URL": endpoint_url,
        "AWS_ACCESS_KEY_ID": ACCOUNT,  # the emulator takes 12 digits as the account
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
        "NO_PROXY": f"{LOOPBACK},localhost",
        "no_proxy": f"{LOOPBACK},localhost",
    }


def free_port() -> int:
    """Return a port on which nothing listens now."""
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])


def port_is_free(port: int) -> bool:
    """Whether a server could listen on the port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
    return True


@cache
def local_client(endpoint_url: str, service: str) -> Any:  # noqa: ANN401 - boto3 makes its classes at run time
    """Return a client of a local endpoint, created once."""
    return boto3.client(service, **client_settings(endpoint_url))  # type: ignore[call-overload]


def client_settings(endpoint_url: str) -> dict[str, object]:
    """Return the arguments of boto3.client for a local endpoint."""
    return {
        "endpoint_url": endpoint_url,
        "region_name": REGION,
        "aws_access_key_id": ACCOUNT,
        "aws_secret_access_key": "test",
        "config": Config(retries={"total_max_attempts": 2}, proxies={}),
    }
