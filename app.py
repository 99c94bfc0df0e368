"""The CDK app: `cdk synth`, `cdk deploy Callout`."""

import json
import os
import sys
from pathlib import Path

# Use what `make setup` installed even if .venv is not activated: Node for jsii, which aws_cdk
# starts when it is imported, and the interpreter that has aws_cdk.
VENV = Path(__file__).resolve().parent / ".venv"
if (VENV / "bin" / "node").exists():
    os.environ.setdefault("JSII_NODE", str(VENV / "bin" / "node"))
try:
    import aws_cdk
except ModuleNotFoundError:
    python = VENV / "bin" / "python"
    if not python.exists() or Path(sys.prefix) == VENV:
        sys.exit("callout: aws_cdk is not installed: run `make setup` first")
    os.execv(python, [str(python), *sys.argv])  # noqa: S606 - the project's own interpreter

from workflow.lambda_asset import BundleError  # noqa: E402 - after the check for aws_cdk
from workflow.settings.settings import Settings, SettingsError  # noqa: E402
from workflow.stacks import make_stacks  # noqa: E402

app = aws_cdk.App()
try:
    settings = Settings.from_app_context(app.node.get_all_context())
    make_stacks(app, settings, os.environ.get("CDK_DEFAULT_REGION"))
except (BundleError, SettingsError) as error:
    sys.stderr.writelines(f"callout: {line}\n" for line in str(error).splitlines())
    sys.exit(2)
manifest = Path(app.synth().directory, "manifest.json")
contents = json.loads(manifest.read_text(encoding="utf-8"))
# The flags keep the defaults of the locked version. Only `cdk synth` and `cdk flags` read the
# report, to say so after each synthesis; no setting of the command line turns that off.
contents["artifacts"].pop("aws-cdk-lib/feature-flag-report", None)
manifest.write_text(json.dumps(contents), encoding="utf-8")
