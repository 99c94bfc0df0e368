"""Runs when Python starts; wraps the handler if the process is about to run a function."""

import os

if os.environ.get("CALLOUT_FAULTS") and os.environ.get("AWS_LAMBDA_FUNCTION_NAME"):
    import handler_wrapper  # type: ignore[import-not-found] # in this folder, which is on the path

    handler_wrapper.install()
