"""Run by Python itself when it starts; wraps the handler where a function is about to run."""

import os

if os.environ.get("CALLOUT_FAULTS") and os.environ.get("AWS_LAMBDA_FUNCTION_NAME"):
    import handler_wrapper  # type: ignore[import-not-found] # it is on the path beside this

    handler_wrapper.install()
