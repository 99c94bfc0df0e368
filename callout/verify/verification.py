"""The steps of a verification, and what each of them found."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import typer
from botocore.exceptions import ClientError

from adapters.aws_clients import AWS_ERRORS, error_code
from callout.errors import CommandError, describe_error
from callout.verify import call_steps, page_steps
from callout.verify.operator_questions import confirm

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from callout.verify.assumptions import Finding
    from callout.verify.call_steps import CallSetup
    from callout.verify.page_steps import PageSetup

NOT_RUN, SKIPPED, DONE = "not run", "skipped", "done"


@dataclass(frozen=True)
class Step:
    """One step: whom it calls and what to do, as a question, and what it measures."""

    name: str
    request: str
    measure: Callable[[], list[Finding]]


@dataclass
class Verification:
    """The results so far: how each step ended, and the findings; neither identifies anyone."""

    results: dict[str, str] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    def run(self, steps: list[Step], only: Collection[str]) -> None:
        """Run the steps that the operator confirms; one that fails leaves the others usable."""
        chosen = [step for step in steps if not only or step.name in only]
        self.results = {step.name: NOT_RUN for step in chosen}
        for step in chosen:
            typer.echo(f"\n{step.name}: {step.request}", err=True)
            if not confirm("Start?"):
                self.results[step.name] = SKIPPED
                continue
            try:
                self.results[step.name] = "interrupted"
                found = step.measure()
            except (CommandError, *AWS_ERRORS) as error:
                text = str(error) if isinstance(error, CommandError) else describe_error(error)
                typer.echo(f"callout: {step.name}: {text}", err=True)
                self.results[step.name] = f"failed{_error_code(error)}"
                continue
            self.results[step.name] = DONE
            self.findings += found
            for finding in found:
                typer.echo(f"  {finding.verdict}: {finding.assumption.text}: {finding.measured}")

    @property
    def failed(self) -> bool:
        """Whether a step failed."""
        return any(result.startswith("failed") for result in self.results.values())


def steps(calls: CallSetup, pages: PageSetup) -> list[Step]:
    """Return all steps in order; the first four call only the contact."""
    return [
        *(
            Step(name, f"calls {calls.contact.name} only. {request}", _bind(measure, calls))
            for name, (request, measure) in call_steps.STEPS.items()
        ),
        *(
            Step(name, f"{pages.warning} {request}", _bind(measure, pages))
            for name, (request, measure) in page_steps.STEPS.items()
        ),
    ]


def _bind(measure: Callable[[Any], list[Finding]], setup: object) -> Callable[[], list[Finding]]:
    return lambda: measure(setup)


def _error_code(error: BaseException) -> str:
    """Return an AWS error's operation and code, never its message; "" for other errors."""
    cause: BaseException | None = error
    while cause:
        if isinstance(cause, ClientError):
            return f" ({cause.operation_name}: {error_code(cause)})"
        cause = cause.__context__
    return ""
