"""A team of its own for a test, and the file that its operator edits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.cli.run_cli import callout_here

if TYPE_CHECKING:
    from pathlib import Path

    from local.emulator.system import LocalSystem
    from tests.cli.run_cli import Done

ANA = "# who is called at night\ncontacts:\n  - {name: Ana, phone: +14155550132}   # her own\n"
BO = ANA.replace("Ana", "Bo")
LI = ANA.replace("Ana", "Li")
BAD = "contacts: []\n"


class Team:
    """A team of its own for each test, and the file that its operator edits."""

    def __init__(self, system: LocalSystem, name: str, file: Path) -> None:
        self.system, self.name, self.file = system, name, file

    def roster(self, verb: str, *arguments: str, given: str = "") -> Done:
        """Run a subcommand for this team."""
        return callout_here(self.system, "roster", verb, self.name, *arguments, given=given)

    def push(self, text: str, *arguments: str, given: str = "") -> Done:
        """Write the file and push it."""
        self.file.write_text(text)
        return self.roster("push", str(self.file), *arguments, given=given)

    def save(self, text: str, **how: str) -> None:
        """Save as the console does: nothing is asked, nothing is labelled."""
        kind = {"Type": "String"} | how
        ssm = self.system.client("ssm")
        ssm.put_parameter(Name=f"/callout/rosters/{self.name}", Value=text, Overwrite=True, **kind)

    @property
    def versions(self) -> list[dict[str, Any]]:
        """All that SSM has of it."""
        answer = self.system.client("ssm").get_parameter_history(
            Name=f"/callout/rosters/{self.name}", WithDecryption=True
        )
        found: list[dict[str, Any]] = answer["Parameters"]
        return found

    @property
    def text(self) -> str:
        """What is saved now."""
        return str(self.versions[-1]["Value"])
