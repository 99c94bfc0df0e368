"""AWS clients for the dial path, with short timeouts and one quick retry, and their errors."""

from functools import cache
from pathlib import Path
from typing import Any

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from botocore.loaders import Loader
from botocore.session import Session

#: Reduced models that the asset contains (workflow/service_models.py).
MODELS = Path(__file__).parent.parent / "service_models"

#: Seconds. A quick retry helps more than waiting for a hanging request; the state machine retries
#: too. MAX_SECONDS includes the SDK's pause of at most one second before its one retry.
CONNECT_TIMEOUT, READ_TIMEOUT, ATTEMPTS = 1, 3, 2
MAX_SECONDS = ATTEMPTS * (CONNECT_TIMEOUT + READ_TIMEOUT) + 1

#: The same for a request whose response is useful but not needed: one try.
QUICK_TIMEOUT = 1
MAX_QUICK_SECONDS = 2 * QUICK_TIMEOUT

#: An error that AWS returned, or a request that did not reach it.
AwsError = ClientError | BotoCoreError
AWS_ERRORS = (ClientError, BotoCoreError)

#: A client of botocore, which makes their classes at run time.
Client = Any


def client(service: str, *, quick: bool = False) -> Client:
    """Make a client with the default endpoint resolution.

    AWS_ENDPOINT_URL and AWS_ENDPOINT_URL_<SERVICE> override its endpoint. Handlers call this at
    import, where Lambda gives a cold start the most CPU.
    """
    config = Config(
        connect_timeout=QUICK_TIMEOUT if quick else CONNECT_TIMEOUT,
        read_timeout=QUICK_TIMEOUT if quick else READ_TIMEOUT,
        retries={"mode": "standard", "total_max_attempts": 1 if quick else ATTEMPTS},
    )
    return _session().create_client(service, config=config)


@cache
def _session() -> Session:
    """Return a session that prefers the reduced models; boto3 would only add to its import."""
    session = Session()
    if MODELS.exists():
        session.register_component("data_loader", _ModelLoader([str(MODELS)]))
    return session


class _ModelLoader(Loader):
    """Takes from botocore's own folder what the reduced models do not have."""

    def list_available_services(self, _type_name: str) -> list[str]:
        """List the services of the models, without listing botocore's 400 folders."""
        return [path.name for path in MODELS.iterdir()]


def error_code(error: AwsError) -> str:
    """Return an AWS error's code, never its message, which may quote the request."""
    if isinstance(error, ClientError):
        return str(error.response["Error"]["Code"])
    return type(error).__name__
