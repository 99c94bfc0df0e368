"""A roster's parameter in SSM: its versions, and the label `last-good`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from adapters.aws_errors import AWS_ERRORS, error_code
from oncall.roster.fallback import LAST_GOOD, Missing, ReadError, StoredRoster

if TYPE_CHECKING:
    from collections.abc import Mapping

    from oncall.roster.fallback import ReadResult

    Parameter = Mapping[str, Any]

#: SSM's errors for a parameter that exists but may not be read: no permission, or a SecureString
#: whose key is gone (SSM API reference, GetParameter). Another version may be readable.
ACCESS_ERRORS = ("AccessDeniedException", "InvalidKeyId")


def read_parameter(ssm: Any, name: str) -> ReadResult:  # noqa: ANN401 - boto3's client
    """Read the latest version of a roster; with `:label` after the name, the labelled version."""
    try:
        parameter = ssm.get_parameter(Name=name, WithDecryption=True)["Parameter"]
    except (ssm.exceptions.ParameterNotFound, ssm.exceptions.ParameterVersionNotFound):
        # Unverified in AWS: which of the two a missing label raises; simulators of SSM disagree.
        if name.endswith(f":{LAST_GOOD}"):
            return Missing(f"no version is labelled {LAST_GOOD}")
        return Missing(f"there is no parameter {name}; save a roster there")
    except AWS_ERRORS as error:
        code = error_code(error)
        message = f"SSM did not give {name} ({code})"
        return ReadError(error, message, access_denied=code in ACCESS_ERRORS)
    return StoredRoster(parameter["Value"], parameter["Version"])
