"""The rosters as SSM keeps them: every version, its labels, who saved it and when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from callout.errors import CommandError
from oncall.incident import is_token
from oncall.roster.defaults_and_limits import ADVANCED_PARAMETER_BYTES, STANDARD_PARAMETER_BYTES
from oncall.roster.fallback import LAST_GOOD
from oncall.roster.parsing.field_reader import nearest

if TYPE_CHECKING:
    from datetime import datetime

    from callout.aws_session import Aws

#: What every team's parameter begins with.
PREFIX = "/callout/rosters/"
STANDARD, ADVANCED = "Standard", "Advanced"
LIMITS = {STANDARD: STANDARD_PARAMETER_BYTES, ADVANCED: ADVANCED_PARAMETER_BYTES}


@dataclass(frozen=True)
class Version:
    """One version of a parameter (SSM API reference, ParameterHistory).

    Attributes:
        number: from 1.
        text: as it was saved.
        labels: such as `last-good`.
        user: ARN of who saved it.
        saved: when.
        type: String or SecureString.
        tier: Standard or Advanced.
        kept: what the next version should have of it besides: description, pattern, key.
    """

    number: int
    text: str
    labels: tuple[str, ...]
    user: str
    saved: datetime
    type: str
    tier: str
    kept: dict[str, str]

    @property
    def saved_at(self) -> str:
        """When it was saved, to be read, in UTC."""
        return f"{self.saved.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"

    @property
    def described(self) -> str:
        """What tells it from others, in a few words."""
        labels = f" ({', '.join(self.labels)})" if self.labels else ""
        return f"version {self.number}{labels}, saved by {self.user} at {self.saved_at}"


class Store:
    """The parameter of one team's roster.

    Args:
        aws: where AWS is.
        team: whose.

    Raises:
        CommandError: no team can be called so.
    """

    def __init__(self, aws: Aws, team: str) -> None:
        if not is_token(team):
            raise CommandError(
                f"{team!r} is no name of a team: write letters, digits, - and _, 64 at most"
            )
        self.team = team
        self.name = PREFIX + team
        self._aws = aws
        self._ssm = aws.client("ssm")

    def versions(self) -> list[Version]:
        """Give all versions that SSM still has (100), the latest last; none without roster.

        GetParameterHistory alone tells labels, tier and who saved it.
        """
        pages = self._ssm.get_paginator("get_parameter_history")
        try:
            found = [
                _version(one)
                for page in pages.paginate(Name=self.name, WithDecryption=True)
                for one in page["Parameters"]
            ]
        except self._ssm.exceptions.ParameterNotFound:
            return []
        return sorted(found, key=lambda one: one.number)

    def existing(self) -> list[Version]:
        """Give the versions; raises CommandError where there is no roster."""
        found = self.versions()
        if not found:
            raise CommandError(self.missing)
        return found

    @property
    def missing(self) -> str:
        """What to say where there is no roster, and which team was meant, most likely."""
        meant = nearest(self.team, teams(self._aws))
        fix = f"did you mean {meant}?" if meant else "callout roster push saves a first one"
        return f"there is no roster {self.name}: {fix}"

    def latest_number(self) -> int:
        """Give the number of the latest version; 0 without roster."""
        try:
            found = self._ssm.get_parameter(Name=self.name)["Parameter"]
        except self._ssm.exceptions.ParameterNotFound:
            return 0
        return int(found["Version"])

    def save(self, text: str, before: Version | None, tier: str) -> int:
        """Save a text as a new version, of the same kind as the one before; give its number.

        The key is named again: without, SSM would take the account's default one.
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
        """Label a version as the last good one; SSM takes the label off any other."""
        self._ssm.label_parameter_version(
            Name=self.name, ParameterVersion=number, Labels=[LAST_GOOD]
        )


def teams(aws: Aws) -> list[str]:
    """Name the teams that have a roster; none where they may not be listed."""
    try:
        return listed(aws)
    except ClientError:
        return []


def listed(aws: Aws) -> list[str]:
    """Name the teams that have a roster; raises ClientError where they may not be listed."""
    pages = aws.client("ssm").get_paginator("get_parameters_by_path")
    return sorted(
        one["Name"].removeprefix(PREFIX)
        for page in pages.paginate(Path=PREFIX.rstrip("/"))
        for one in page["Parameters"]
    )


def _version(one: dict[str, Any]) -> Version:
    kept = {key: one[key] for key in ("Description", "AllowedPattern", "KeyId") if one.get(key)}
    return Version(
        number=int(one["Version"]),
        text=one["Value"],
        labels=tuple(one.get("Labels", ())),
        user=one.get("LastModifiedUser", "an unknown user"),
        saved=one["LastModifiedDate"],
        type=one["Type"],
        tier=one.get("Tier", STANDARD),
        kept=kept,
    )
