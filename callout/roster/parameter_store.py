"""Rosters in SSM Parameter Store: all versions, with labels, author and time."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from botocore.exceptions import ClientError

from callout.aws_session import AwsSession
from callout.deployed_stack import Resource
from callout.errors import CommandError
from oncall.incident import is_token
from oncall.roster.defaults_and_limits import ADVANCED_PARAMETER_BYTES, STANDARD_PARAMETER_BYTES
from oncall.roster.fallback import LAST_GOOD
from oncall.roster.parsing.field_reader import closest

#: Prefix of every team's parameter name.
PREFIX = "/callout/rosters/"
STANDARD, ADVANCED = "Standard", "Advanced"
LIMITS = {STANDARD: STANDARD_PARAMETER_BYTES, ADVANCED: ADVANCED_PARAMETER_BYTES}


@dataclass(frozen=True)
class Version:
    """One version of a parameter (SSM API reference, ParameterHistory)."""

    number: int  # from 1
    text: str
    labels: tuple[str, ...]
    user: str  # ARN of who saved it
    saved: datetime
    type: str  # String or SecureString
    tier: str  # Standard or Advanced
    kept: dict[str, str]  # attributes that the next version should keep: description, pattern, key

    @property
    def saved_at(self) -> str:
        """When it was saved, as text in UTC."""
        return f"{self.saved.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"

    @property
    def description(self) -> str:
        """Its number, labels, author and time."""
        labels = f" ({', '.join(self.labels)})" if self.labels else ""
        return f"version {self.number}{labels}, saved by {self.user} at {self.saved_at}"


class RosterStore:
    """The parameter of one team's roster. Raises CommandError if the team name is not valid."""

    def __init__(self, aws: AwsSession, team: str) -> None:
        if not is_token(team):
            raise CommandError(
                f"{team!r} is not a valid team name: use letters, digits, - and _, at most 64"
            )
        self.team = team
        self.name = PREFIX + team
        self._aws = aws
        self._ssm = aws.client("ssm")

    def versions(self) -> list[Version]:
        """Return all versions that SSM keeps (100), latest last; empty if there is no roster.

        Only GetParameterHistory returns labels, tier and author.
        """
        request = {"Name": self.name, "WithDecryption": True}
        try:
            found = self._aws.items("ssm", "get_parameter_history", "Parameters", **request)
        except self._ssm.exceptions.ParameterNotFound:
            return []
        return sorted(map(_read_version, found), key=lambda version: version.number)

    def require_versions(self) -> list[Version]:
        """Return all versions; raise CommandError if there is no roster."""
        versions = self.versions()
        if not versions:
            raise CommandError(self.missing_message)
        return versions

    @property
    def missing_message(self) -> str:
        """The error message if there is no roster, with a suggestion."""
        suggestion = closest(self.team, list_teams_if_allowed(self._aws))
        fix = f"did you mean {suggestion}?" if suggestion else "create it with callout roster push"
        return f"there is no roster {self.name}: {fix}"

    def latest_number(self) -> int:
        """Return the number of the latest version; 0 if there is no roster."""
        try:
            parameter = self._ssm.get_parameter(Name=self.name)["Parameter"]
        except self._ssm.exceptions.ParameterNotFound:
            return 0
        return int(parameter["Version"])

    def save(self, text: str, before: Version | None, tier: str) -> int:
        """Save a text as a new version of the same type as the one before; return its number.

        The key is passed again; otherwise SSM would use the account's default key.
        """
        kind = before.type if before else "String"
        kept = before.kept if before else {}
        saved = self._ssm.put_parameter(
            Name=self.name,
            Value=text,
            Type=kind,
            Tier=tier,
            Overwrite=before is not None,
            **{key: value for key, value in kept.items() if key != "KeyId" or kind != "String"},
        )
        return int(saved["Version"])

    def label(self, number: int) -> None:
        """Label a version as last-good; SSM removes the label from any other version."""
        self._ssm.label_parameter_version(
            Name=self.name, ParameterVersion=number, Labels=[LAST_GOOD]
        )


def list_teams_if_allowed(aws: AwsSession) -> list[str]:
    """Return the teams that have a roster; empty if listing them fails."""
    try:
        return list_teams(aws)
    except ClientError:
        return []


def list_teams(aws: AwsSession) -> list[str]:
    """Return the teams that have a roster; raise ClientError if listing them fails."""
    path = PREFIX.rstrip("/")
    found = aws.items("ssm", "get_parameters_by_path", "Parameters", Path=path)
    return sorted(parameter["Name"].removeprefix(PREFIX) for parameter in found)


def deployed_teams(resources: Iterable[Resource]) -> list[str]:
    """Return the teams whose rosters are among a stack's resources."""
    return sorted(
        resource.physical_id.removeprefix(PREFIX)
        for resource in resources
        if resource.type == "AWS::SSM::Parameter" and resource.physical_id.startswith(PREFIX)
    )


def _read_version(parameter: dict[str, Any]) -> Version:
    optional = ("Description", "AllowedPattern", "KeyId")
    return Version(
        number=int(parameter["Version"]),
        text=parameter["Value"],
        labels=tuple(parameter.get("Labels", ())),
        user=parameter.get("LastModifiedUser", "an unknown user"),
        saved=parameter["LastModifiedDate"],
        type=parameter["Type"],
        tier=parameter.get("Tier", STANDARD),
        kept={key: parameter[key] for key in optional if parameter.get(key)},
    )
