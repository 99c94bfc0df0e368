"""A team for one test, and its roster file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.cli.run_cli import callout_in_process

if TYPE_CHECKING:
    from pathlib import Path

    from local.emulator.system import LocalSystem
    from tests.cli.run_cli import CommandResult

ANA = "# who is called at night\ncontacts:\n  - {name: Ana, phone: +14155550132}   # her own\n"
BO = ANA.replace("Ana", "Bo")
LI = ANA.replace("Ana", "Li")
BAD = "contacts: []\n"


class Team:
    """A team for one test, and its roster file."""

    def __init__(self, system: LocalSystem, name: str, file: Path) -> None:
        self.system, self.name, self.file = system, name, file

    def roster(self, verb: str, *arguments: str, stdin: str = "") -> CommandResult:
        """Run a subcommand for this team."""
        return callout_in_process(self.system, "roster", verb, self.name, *arguments, stdin=stdin)

    def push(self, text: str, *arguments: str, stdin: str = "") -> CommandResult:
        """Write the file and push it."""
        self.file.write_text(text)
        return self.roster("push", str(self.file), *arguments, stdin=stdin)

    def save(self, text: str, **options: str) -> None:
        """Save like the console, without confirmation or label."""
        kind = {"Type": "String"} | options
        ssm = self.system.client("ssm")
        ssm.put_parameter(Name=f"/callout/rosters/{self.name}", Value=text, Overwrite=True, **kind)

    @property
    def versions(self) -> list[dict[str, Any]]:
        """All saved versions."""
        answer = self.system.client("ssm").get_parameter_history(
            Name=f"/callout/rosters/{self.name}", WithDecryption=True
        )
        found: list[dict[str, Any]] = answer["Parameters"]
        return found

    @property
    def text(self) -> str:
        """The latest saved text."""
        return str(self.versions[-1]["Value"])
