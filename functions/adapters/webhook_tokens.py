"""The tokens of the webhooks, in SSM parameters of type SecureString."""

import os
import time

from adapters.aws_clients import Client
from adapters.logger import log
from oncall.webhooks.http_request import is_accepted

#: Seconds for which tokens that were read are used, so that a revoked one ends.
CACHE_SECONDS = 60
#: Seconds without another read after one that showed a token to be wrong: wrong tokens must not use
#: up the rate of GetParameter, which pages need for their rosters.
REREAD_SECONDS = 5


class WebhookTokens:
    """Checks tokens against `<TOKEN_PREFIX><name>/token`: the current one, then the previous one.

    Times are wall-clock times: a monotonic clock may stop while Lambda freezes the function.
    """

    def __init__(self, ssm: Client) -> None:
        self._ssm = ssm
        self._read: dict[str, tuple[float, list[str]]] = {}
        self._refused: dict[str, float] = {}

    def accept(self, name: str, token: str) -> bool:
        """Return whether a token is valid for a webhook, also one that was rotated just now.

        Raises:
            ClientError: SSM fails; botocore's connection errors too.
        """
        read, tokens = self._read.get(name, (0.0, []))
        if not _is_younger(read, CACHE_SECONDS):
            return is_accepted(token, self._read_tokens(name))
        if is_accepted(token, tokens):
            return True
        if not token or _is_younger(self._refused.get(name, 0.0), REREAD_SECONDS):
            return False
        if is_accepted(token, self._read_tokens(name)):
            return True
        self._refused[name] = time.time()
        return False

    def _read_tokens(self, name: str) -> list[str]:
        parameter_name = f"{os.environ['TOKEN_PREFIX']}{name}/token"
        try:
            answer = self._ssm.get_parameter(Name=parameter_name, WithDecryption=True)
            value = answer["Parameter"]["Value"]
        except self._ssm.exceptions.ParameterNotFound:
            log("ERROR", "webhook has no token", incident_id="", webhook=name)
            value = ""
        # Without empty lines, so that an empty token never matches.
        tokens = [line.strip() for line in value.splitlines() if line.strip()][:2]
        self._read[name] = (time.time(), tokens)
        return tokens


def _is_younger(moment: float, seconds: float) -> bool:
    return 0 <= time.time() - moment < seconds
