"""The CDK app, with everything switched on, under cdk-nag's AwsSolutions pack."""

import aws_cdk
from cdk_nag import AwsSolutionsChecks

from local.everything import EVERYTHING
from workflow.settings import Settings
from workflow.stacks import make_stacks

app = aws_cdk.App()
aws_cdk.Validations.of(app).add_plugins(AwsSolutionsChecks(app, verbose=True))
make_stacks(app, Settings.from_context(EVERYTHING), "eu-west-2")
app.synth()
