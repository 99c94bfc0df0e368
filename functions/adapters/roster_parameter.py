"""The versions of a team's roster in SSM and the label `last-good`, for validation."""

import os
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from botocore.exceptions import ClientError

from adapters.aws_clients import Client, error_code
from adapters.logger import log
from adapters.roster_reader import ACCESS_ERRORS
from oncall.roster.fallback import LAST_GOOD
from oncall.roster.validation_report import decryption_problem, list_problems

Parameter = Mapping[str, Any]


def roster_names(ssm: Client) -> list[str]:
    """List the parameters of all rosters: those that exist, and those of configured teams."""
    prefix, teams = os.environ["ROSTER_PREFIX"], os.environ["TEAMS"]
    pages = ssm.get_paginator("get_parameters_by_path").paginate(Path=prefix.rstrip("/"))
    saved = {parameter["Name"] for page in pages for parameter in page["Parameters"]}
    return sorted(saved.union(prefix + team for team in teams.split(",")))


def read_latest(ssm: Client, name: str) -> tuple[Parameter | None, tuple[str, ...]]:
    """Return the latest version, None if there is none, and the problems in it."""
    try:
        latest = ssm.get_parameter(Name=name, WithDecryption=True)["Parameter"]
    except ssm.exceptions.ParameterNotFound:
        return None, ()
    except ClientError as error:
        code = error_code(error)
        if code not in ACCESS_ERRORS:
            raise
        # A SecureString whose key we may not use. Without any permission to read it, this raises.
        latest = ssm.get_parameter(Name=name, WithDecryption=False)["Parameter"]
        return latest, (decryption_problem(code),)
    return latest, list_problems(latest["Value"], datetime.now(UTC))


def read_history(ssm: Client, name: str) -> list[Parameter]:
    """List the versions that can be decrypted, newest first."""
    versions: list[Parameter] = []
    pages = ssm.get_paginator("get_parameter_history").paginate(Name=name, WithDecryption=True)
    try:
        for page in pages:
            versions += page["Parameters"]
    except ClientError as error:
        if error_code(error) not in ACCESS_ERRORS:
            raise
    return sorted(versions, key=lambda version: -int(version["Version"]))


def labelled_version(ssm: Client, name: str) -> int:
    """Return the version that is labelled `last-good`; 0 if none is."""
    try:
        found = ssm.get_parameter(Name=f"{name}:{LAST_GOOD}", WithDecryption=False)
    except (ssm.exceptions.ParameterVersionNotFound, ssm.exceptions.ParameterNotFound):
        return 0
    return int(found["Parameter"]["Version"])


def label_version(ssm: Client, name: str, version: int) -> None:
    """Move the label `last-good` to a version that was validated."""
    ssm.label_parameter_version(Name=name, ParameterVersion=version, Labels=[LAST_GOOD])
    log("INFO", "roster labelled", incident_id="", roster=name, version=version)


def label_newest_good(ssm: Client, name: str, below: int, history: list[Parameter]) -> int:
    """Label the newest good version before an invalid one, and return it; 0 if there is none.

    It may not be labelled yet: the event of a good version may have been lost, or have arrived
    together with that of the invalid one.
    """
    before = labelled_version(ssm, name)
    for parameter in history:
        version = int(parameter["Version"])
        if version < below and not list_problems(parameter["Value"], datetime.now(UTC)):
            if version != before:
                label_version(ssm, name, version)
            return version
    return 0 if history else before
