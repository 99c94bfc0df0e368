"""Deploys the real template to the emulator with the real CDK command line."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from local.emulator.process import LocalError
from local.environment import ACCOUNT, NOWHERE, REGION, ROOT, local_client, local_environment

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

#: Seconds. The bootstrap resources and the stack take about 6 s each on an idle machine.
COMMAND_LIMIT = 300
#: A line that the app prints about the settings, for example.
_OURS = re.compile("callout: ")


@dataclass(frozen=True)
class Deployment:
    """The outputs of stack `Callout`; the last two are "" without such a feature."""

    state_machine_arn: str
    roster_parameter_name: str
    notification_topic_arn: str
    incident_table_name: str
    http_endpoint: str = ""
    chat_topic_arn: str = ""


def save_telephony(endpoint_url: str, telephony: Mapping[str, str]) -> None:
    """Write the three /callout/telephony/* parameters that the deployment of `Callout` reads."""
    ssm = local_client(endpoint_url, "ssm")
    for name, value in telephony.items():
        ssm.put_parameter(
            Name=f"/callout/telephony/{name}", Value=value, Type="String", Overwrite=True
        )


def bootstrap(endpoint_url: str) -> None:
    """Run `cdk bootstrap` against the emulator, outside the app's folder."""
    with TemporaryDirectory() as empty:
        _cdk(["bootstrap", f"aws://{ACCOUNT}/{REGION}"], endpoint_url, folder=Path(empty))


def deploy(endpoint_url: str, assembly: Path) -> Deployment:
    """Run `cdk deploy Callout` with a cloud assembly, the output of `cdk synth`."""
    with TemporaryDirectory() as scratch:
        outputs = Path(scratch, "outputs.json")
        arguments = ["deploy", "Callout", "--require-approval", "never"]
        arguments += ["--outputs-file", str(outputs)]
        arguments += ["--app", str(assembly)]
        _cdk(arguments, endpoint_url)
        values = json.loads(outputs.read_text())["Callout"]
    return Deployment(
        state_machine_arn=values["StateMachineArn"],
        roster_parameter_name=values["RosterParameterName"],
        notification_topic_arn=values["NotificationTopicArn"],
        incident_table_name=values["IncidentTableName"],
        http_endpoint=_by_path(values.get("HttpEndpoint", ""), endpoint_url),
        chat_topic_arn=values.get("ChatTopicArn", ""),
    )


def _by_path(endpoint: str, endpoint_url: str) -> str:
    """Return the address of an HTTP API without its host, which resolves in browsers only."""
    api_id = (urlsplit(endpoint).hostname or "").partition(".")[0]
    return f"{endpoint_url}/_aws/execute-api/{api_id}" if api_id else ""


def synthesize(target: Path, settings: Mapping[str, Any]) -> Path:
    """Write the cloud assembly with these settings to a folder, and return the folder.

    Without the CDK's validation of the templates, which takes longer than the rest and only warns.
    """
    context = f"callout={json.dumps(settings)}"
    arguments = ["synth", "--quiet", "--no-validation", "--output", str(target)]
    _cdk([*arguments, "--context", context], NOWHERE)
    return target


def _cdk(arguments: Sequence[str], endpoint_url: str, folder: Path = ROOT) -> None:
    cdk = shutil.which("cdk", path=f"{Path(sys.executable).parent}")
    if cdk is None:
        raise LocalError("the CDK command line is not installed: run `make setup`")
    environment = local_environment(endpoint_url) | {"CDK_DISABLE_CLI_TELEMETRY": "true"}
    environment["PATH"] = f"{Path(sys.executable).parent}:{environment.get('PATH', '')}"
    command = [cdk, *arguments, "--no-notices", "--ci"]
    done = subprocess.run(
        command,
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=COMMAND_LIMIT,
        check=False,
    )
    if done.returncode:
        lines = (done.stderr + done.stdout).strip().splitlines()
        if reasons := [line.removeprefix("callout: ") for line in lines if _OURS.match(line)]:
            raise LocalError("; ".join(reasons))
        raise LocalError(f"cdk {arguments[0]} failed: {' '.join(lines[-3:])}")
