"""SSM, DynamoDB and SNS: moto, in this process; functions reach it over HTTP through the proxy."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self
from urllib.request import ProxyHandler, Request, build_opener

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from moto.backends import get_backend
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from moto.server import ThreadedMotoServer
from werkzeug.datastructures import Headers
from werkzeug.test import EnvironBuilder, run_wsgi_app

from local.emulator.sns_inbox import Notification, TextMessage
from local.environment import ACCOUNT, LOOPBACK, REGION, client_settings, local_client
from local.http_server import HttpResponse

if TYPE_CHECKING:
    from collections.abc import Mapping

    from local.simulation.template_resources import DeployedStack


#: Real seconds for which a request of the state machine to SNS may hang. In AWS the limit is the
#: task's TimeoutSeconds.
SNS_TIMEOUT = 3


class AwsServices:
    """Serves inside the context."""

    def __init__(self) -> None:
        self._app = DomainDispatcherApplication(create_backend_app)
        self._server = ThreadedMotoServer(ip_address=LOOPBACK, port=0, verbose=False)
        self._opener = build_opener(ProxyHandler({}))
        self.url = ""

    def __enter__(self) -> Self:
        self._server.start()
        host, port = self._server.get_host_and_port()
        self.url = f"http://{host}:{port}"
        return self

    def __exit__(self, *_: object) -> None:
        self._server.stop()

    def client(self, service: str) -> Any:  # noqa: ANN401 - boto3 makes classes at run time
        """Return a client that bypasses the proxy."""
        return local_client(self.url, service)

    def handle_request(self, headers: Mapping[str, str], body: bytes) -> HttpResponse:
        """Respond to a request from the proxy in this process, without a second HTTP connection."""
        request = EnvironBuilder(method="POST", headers=Headers(headers), data=body)
        chunks, status, sent = run_wsgi_app(self._app, request.get_environ())
        return HttpResponse(int(status.split()[0]), dict(sent), b"".join(chunks))

    def reset(self, deployed: DeployedStack, parameters: Mapping[str, str], seed: int) -> None:
        """Delete everything, then create what the stack contains."""
        for path in ("reset", f"seed?a={seed}"):
            request = Request(f"{self.url}/moto-api/{path}", method="POST")  # noqa: S310 - ours
            self._opener.open(request).close()
        self.client("dynamodb").create_table(**deployed.table)
        for arn in filter(None, (deployed.topic_arn, deployed.chat_topic_arn)):
            topic = self.client("sns").create_topic(Name=arn.rsplit(":", 1)[-1])
            if topic["TopicArn"] != arn:
                raise RuntimeError(f"moto created {topic['TopicArn']}, not {arn}")
        for name, value in parameters.items():
            self.client("ssm").put_parameter(Name=name, Value=value, Type="String", Overwrite=True)

    def notifications(self, topic_arn: str) -> list[Notification]:
        """Return what SNS has sent to a topic, in order; nothing without a topic."""
        if not topic_arn:
            return []
        topic = get_backend("sns")[ACCOUNT][REGION].topics[topic_arn]
        return [
            Notification(subject or "", message)
            for _, message, subject, *_ in topic.sent_notifications
        ]

    def texts(self) -> list[TextMessage]:
        """Return the text messages that SNS has sent, in order."""
        sent = get_backend("sns")[ACCOUNT][REGION].sms_messages
        return [TextMessage(number, message) for number, message in sent.values()]


class Publisher:
    """Publishes to SNS without SDK retries, so that only the state machine's Retry applies."""

    def __init__(self, url: str) -> None:
        config = Config(
            connect_timeout=SNS_TIMEOUT,
            read_timeout=SNS_TIMEOUT,
            retries={"total_max_attempts": 1},
            proxies={},
            # SNS validates parameters itself, as it does for Step Functions.
            parameter_validation=False,
        )
        self._sns: Any = boto3.client("sns", **client_settings(url) | {"config": config})  # type: ignore[call-overload]

    def publish(self, **parameters: Any) -> dict[str, Any]:  # noqa: ANN401 - as boto3 has it
        """Publish.

        Raises:
            ClientError: SNS rejects the request, or it cannot be reached (SdkClientException, as in
                Step Functions).
        """
        try:
            response: dict[str, Any] = self._sns.publish(**parameters)
        except BotoCoreError as error:
            details: Any = {
                "Error": {"Code": "SdkClientException", "Message": str(error)},
                "ResponseMetadata": {"HTTPStatusCode": 0, "RequestId": ""},
            }
            raise ClientError(details, "Publish") from error
        return response
