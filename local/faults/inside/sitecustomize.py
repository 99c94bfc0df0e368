"""Run by Python itself when it starts; wraps the handler where a function is about to run."""

import os

if "CALLOUT_FAULTS" in os.environ and "AWS_LAMBDA_FUNCTION_NAME" in os.environ:
    import function_seam  # type: ignore[import-not-found] # it is on the path beside this

    function_seam.install()
