"""Check that each webhook has a token, and that the endpoint answers webhooks and links."""

from collections.abc import Collection, Iterator, Mapping

from callout.doctor.check_result import CheckResult, fail, ok, unknown, warn
from callout.errors import CommandError
from callout.webhook.deployed_webhooks import DeployedWebhook
from callout.webhook.send_request import Answer, post

WEBHOOKS = "webhooks"
LINKS = "links"
UNAUTHORIZED, FORBIDDEN, TOO_MANY, SERVER_ERROR = 401, 403, 429, 500


def check_webhooks(
    webhooks: Mapping[str, DeployedWebhook], parameters: Collection[str]
) -> Iterator[CheckResult]:
    """Check each webhook with a request without a token, which its function must refuse.

    `parameters` are the names of the SecureString parameters that exist.
    """
    for name, webhook in webhooks.items():
        check = f"{WEBHOOKS} {name}"
        if webhook.token_parameter not in parameters:
            message = "has no token, so it refuses every alert"
            yield fail(check, message, f"callout webhook create {name}")
        try:
            yield _check_answer(check, webhook.url, post(webhook.url, {}))
        except CommandError as error:
            yield unknown(check, str(error), "check the network from here to API Gateway")


def check_links(endpoint: str) -> Iterator[CheckResult]:
    """Check the function behind the links, with a token that it must refuse."""
    url = f"{endpoint}/incidents/doctor"
    try:
        status = post(url, {}).status
    except CommandError as error:
        yield unknown(LINKS, str(error), "check the network from here to API Gateway")
        return
    if status == FORBIDDEN:
        yield ok(LINKS, f"{endpoint}/incidents answers, and refuses a link that is not valid")
    else:
        fix = "see the log of the function answer_link, or deploy: cdk deploy Callout"
        yield fail(LINKS, f"{url} answered a link that is not valid with {status}", fix)


def _check_answer(check: str, url: str, answer: Answer) -> CheckResult:
    if answer.status == UNAUTHORIZED and "error" in answer.body:
        return ok(check, f"{url} answers, and refuses a request without a token")
    message = f"{url} answered a request without a token with {answer.status}: {answer.error}"
    if answer.status == TOO_MANY:
        return warn(check, message, "find who floods it: the access log, docs/webhooks.md")
    if answer.status >= SERVER_ERROR:
        return fail(check, message, "see the log of the function receive_webhook")
    return fail(check, message, "cdk deploy Callout")
