"""The report of a verification, which identifies neither people nor the account."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from callout.verify.assumptions import ASSUMPTIONS, overall

if TYPE_CHECKING:
    from callout.verify.verification import Verification


def write_report(verification: Verification) -> str:
    """Return the report as Markdown."""
    steps = [f"| {name} | {result} |" for name, result in verification.results.items()]
    rows = []
    for assumption in ASSUMPTIONS:
        found = [each for each in verification.findings if each.assumption is assumption]
        measured = "; ".join(dict.fromkeys(finding.measured for finding in found)) or "-"
        verdict = overall(assumption, found)
        rows.append(f"| {assumption.text} | {measured} | {verdict} | {assumption.affects} |")
    return "\n".join(
        [
            "# Verification of Callout",
            "",
            f"By `callout verify` on {datetime.now(UTC):%Y-%m-%d}, without numbers or accounts.",
            "",
            "| step | result |",
            "|---|---|",
            *steps,
            "",
            "| the code assumes | measured | result | affects |",
            "|---|---|---|---|",
            *rows,
            "",
        ]
    )
