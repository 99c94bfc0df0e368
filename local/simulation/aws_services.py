"""SSM, DynamoDB and SNS: moto, in this process; functions reach it by HTTP and the proxy."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self
from urllib.request import ProxyHandler, Request, build_opener

import boto3
from moto.backends import get_backend
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from moto.server import ThreadedMotoServer
from werkzeug.datastructures import Headers
from werkzeug.test import EnvironBuilder, run_wsgi_app

from local.emulator.sns_inbox import Notification
from local.environment import LOOPBACK, REGION, client_settings
from local.faults.error_responses import HttpResponse
from local.simulation.template_resources import ACCOUNT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from local.simulation.template_resources import Deployed


class Services:
    """Serves from entering to leaving.

    Attributes:
        url: where they are.
    """

    def __init__(self) -> None:
        self._app = DomainDispatcherApplication(create_backend_app)
        self._server = ThreadedMotoServer(ip_address=LOOPBACK, port=0, verbose=False)
        self._opener = build_opener(ProxyHandler({}))
        self._clients: dict[str, Any] = {}
        self.url = ""

    def __enter__(self) -> Self:
        self._server.start()
        host, port = self._server.get_host_and_port()
        self.url = f"http://{host}:{port}"
        return self

    def __exit__(self, *_: object) -> None:
        self._server.stop()

    def client(self, service: str) -> Any:  # noqa: ANN401 - boto3 makes classes at run time
        """Give a client that nothing stands in the way of; made once."""
        if service not in self._clients:
            settings = client_settings(self.url)
            self._clients[service] = boto3.client(service, **settings)  # type: ignore[call-overload]
        return self._clients[service]

    def answer(self, headers: Mapping[str, str], body: bytes) -> HttpResponse:
        """Answer a request that the proxy hands on: it came over HTTP, and once is enough."""
        asked = EnvironBuilder(method="POST", headers=Headers(headers), data=body)
        chunks, status, found = run_wsgi_app(self._app, asked.get_environ())
        return HttpResponse(int(status.split()[0]), dict(found), b"".join(chunks))

    def begin_anew(self, deployed: Deployed, parameters: Mapping[str, str], seed: int) -> None:
        """Forget everything, and hold what was deployed a moment ago.

        Args:
            deployed: the stack.
            parameters: what is saved in SSM, by name.
            seed: of the ids that the services make up.
        """
        for request in ("reset", f"seed?a={seed}"):
            asked = Request(f"{self.url}/moto-api/{request}", method="POST")  # noqa: S310 - ours
            self._opener.open(asked).close()
        self.client("dynamodb").create_table(**deployed.table)
        made = self.client("sns").create_topic(Name=deployed.topic_arn.rsplit(":", 1)[-1])
        if made["TopicArn"] != deployed.topic_arn:
            raise RuntimeError(f"moto made {made['TopicArn']}, not {deployed.topic_arn}")
        for name, value in parameters.items():
            self.client("ssm").put_parameter(Name=name, Value=value, Type="String", Overwrite=True)

    def notifications(self, topic_arn: str) -> list[Notification]:
        """Give what SNS has sent, in order."""
        topic = get_backend("sns")[ACCOUNT][REGION].topics[topic_arn]
        return [
            Notification(subject or "", message)
            for _, message, subject, *_ in topic.sent_notifications
        ]
