"""The steps of a verification, their findings, and the report."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import UTC, datetime

import typer
from botocore.exceptions import ClientError

from adapters.aws_clients import AWS_ERRORS, error_code
from callout.errors import CommandError, describe_error
from callout.verify import call_steps, page_steps
from callout.verify.assumptions import Assumption, Finding
from callout.verify.call_steps import Setup
from callout.verify.operator_questions import confirm

STEPS = call_steps.STEPS | page_steps.STEPS


@dataclass
class Verification:
    """The result of each step, and the findings; neither identifies anyone."""

    results: dict[str, str] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    def run(self, setup: Setup, only: Collection[str]) -> None:
        """Run the steps that the operator confirms; continue after a step that fails."""
        self.results = {name: "not run" for name in STEPS if not only or name in only}
        for name in self.results:
            request, measure = STEPS[name]
            warning = page_steps.warning(setup) if name in page_steps.STEPS else ""
            warning = warning or f"calls {setup.contact.name} only."
            typer.echo(f"\n{name}: {warning} {request}", err=True)
            if not confirm("Start?"):
                self.results[name] = "skipped"
                continue
            self.results[name] = "interrupted"
            try:
                found = measure(setup)
            except (CommandError, *AWS_ERRORS) as error:
                text = str(error) if isinstance(error, CommandError) else describe_error(error)
                typer.echo(f"callout: {name}: {text}", err=True)
                self.results[name] = f"failed{_error_code(error)}"
                continue
            self.results[name] = "done"
            self.findings += found
            for finding in found:
                affects = (
                    f"; affects {finding.assumption.affects}" if finding.holds is False else ""
                )
                text = f"{finding.result}: {finding.assumption.text}: {finding.measured}"
                typer.echo(f"  {text}{affects}")

    @property
    def has_problems(self) -> bool:
        """Whether a step failed, or an assumption does not hold."""
        broken = any(finding.holds is False for finding in self.findings)
        return broken or any(result.startswith("failed") for result in self.results.values())

    def report(self) -> str:
        """Return the report as Markdown."""
        lines = [
            "# Verification of Callout\n",
            f"Written by `callout verify` on {datetime.now(UTC):%Y-%m-%d}.\n",
            "It contains no phone numbers, names or account IDs.\n",
            "| step | result |",
            "|---|---|",
            *(f"| {name} | {result} |" for name, result in self.results.items()),
            "\n| the code assumes | measured | result | affects |",
            "|---|---|---|---|",
            *map(self._row, Assumption),
        ]
        return "\n".join(lines) + "\n"

    def _row(self, assumption: Assumption) -> str:
        """Return an assumption's row; a finding that does not hold takes precedence."""
        order = (False, True, None)
        found = [each for each in self.findings if each.assumption is assumption]
        found.sort(key=lambda finding: order.index(finding.holds))
        result = found[0].result if found else "not measured"
        measured = "; ".join(dict.fromkeys(finding.measured for finding in found))
        return f"| {assumption.text} | {measured or '-'} | {result} | {assumption.affects} |"


def _error_code(error: BaseException) -> str:
    """Return an AWS error's operation and code, never its message; "" for other errors."""
    cause: BaseException | None = error
    while cause:
        if isinstance(cause, ClientError):
            return f" ({cause.operation_name}: {error_code(cause)})"
        cause = cause.__context__
    return ""
