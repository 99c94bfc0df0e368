"""Start place_call while plan_calls runs, so that the first call does not wait for its cold start.

docs/decisions/032 has the alternatives.
"""

import json
import os
from functools import cache

from adapters.aws_clients import AWS_ERRORS, Client, error_code
from adapters.logger import log

#: The input that only starts a function.
WARM_UP = {"warm_up": True}


@cache  # only an execution environment that has started cold needs it
def warm_up_place_call(lambda_client: Client) -> None:
    """Start an execution environment of place_call, once; a failure changes nothing."""
    if not (name := os.environ.get("PLACE_CALL_FUNCTION")):
        return
    try:
        lambda_client.invoke(FunctionName=name, InvocationType="Event", Payload=json.dumps(WARM_UP))
    except AWS_ERRORS as error:
        log("INFO", "place_call not warmed up", incident_id="", reason=error_code(error))
