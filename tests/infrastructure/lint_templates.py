"""Run cfn-lint on the templates of the default settings and of all settings: `make check`."""

from __future__ import annotations

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from cfnlint.api import lint_file
from cfnlint.config import ManualArgs

from local.full_settings import FULL_SETTINGS
from tests.infrastructure import synth

REGION = "eu-west-2"
#: Findings that are right or not ours: rule and the beginning of the message, with the reason.
EXPECTED = {
    # Succeed has an InputPath (Amazon States Language, "State types": it may be in every state
    # but Fail). cfn-lint's schema does not know it.
    ("E3601", "Additional properties are not allowed ('InputPath' was unexpected)"),
    # The CDK adds DependsOn for every role.
    ("W3005", "'"),
}


def findings() -> list[str]:
    """Return a line for each finding that is not expected."""
    lines = []
    with TemporaryDirectory(prefix="callout-") as scratch:
        for name, settings in (("default", {}), ("full", FULL_SETTINGS)):
            folder = Path(scratch, name)
            synth.synthesize(folder, settings, region=REGION)
            for template in sorted(folder.glob("*.template.json")):
                lines += [
                    f"{name} settings, {template.name}: {match.rule.id} {match.message}"
                    for match in lint_file(template, ManualArgs(regions=[REGION]))
                    if not any(
                        match.rule.id == rule and match.message.startswith(start)
                        for rule, start in EXPECTED
                    )
                ]
    return lines


if __name__ == "__main__":
    found = findings()
    sys.exit("\n".join(found) if found else 0)
