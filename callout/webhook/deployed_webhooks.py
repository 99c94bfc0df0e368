"""The webhooks of the deployed stack, as its function has them, and their tokens in SSM."""

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from callout.aws_session import AwsSession
from callout.doctor.aws_state import AwsState
from callout.errors import CommandError
from oncall.roster.parsing.field_reader import closest

OUTPUT = "HttpEndpoint"
_FUNCTION = "receive_webhook"


@dataclass(frozen=True)
class DeployedWebhook:
    """A webhook with its URL; `settings` are those of cdk.json (docs/settings.md)."""

    settings: Mapping[str, Any]
    url: str
    token_parameter: str

    @property
    def name(self) -> str:
        """Its name."""
        return str(self.settings["name"])


def deployed_webhooks(state: AwsState) -> dict[str, DeployedWebhook]:
    """Return the webhooks by name; empty if there is no stack or it has no webhooks."""
    variables = state.environments.get(_FUNCTION, {})
    endpoint = state.stack.outputs.get(OUTPUT, "") if state.stack else ""
    found = {}
    for settings in json.loads(variables.get("WEBHOOKS", "[]")):
        name = settings["name"]
        parameter = f"{variables['TOKEN_PREFIX']}{name}/token"
        url = f"{endpoint.rstrip('/')}/webhooks/{name}"
        found[name] = DeployedWebhook(settings, url, parameter)
    return found


def find_webhook(state: AwsState, name: str) -> DeployedWebhook:
    """Return a webhook; raise CommandError if it is not deployed."""
    known = deployed_webhooks(state)
    if name in known:
        return known[name]
    if not known:
        raise CommandError(
            f"the stack {state.stack_name} in {state.aws.region} has no webhooks: add {name} to the"
            " setting `webhooks`, deploy, and try again"
        )
    suggestion = closest(name, known)
    raise CommandError(
        f"there is no webhook {name!r}: "
        + (f"did you mean {suggestion}?" if suggestion else f"use one of {', '.join(known)}")
    )


_BYTES = 32


@dataclass(frozen=True)
class TokenStore:
    """The tokens of one webhook; functions/adapters/webhook_tokens.py checks requests with them."""

    aws: AwsSession
    webhook: DeployedWebhook

    def read(self) -> list[str]:
        """Return the tokens, the current one first; empty if there is none."""
        ssm = self.aws.client("ssm")
        try:
            answer = ssm.get_parameter(Name=self.webhook.token_parameter, WithDecryption=True)
        except ssm.exceptions.ParameterNotFound:
            return []
        return str(answer["Parameter"]["Value"]).split()

    def current(self) -> str:
        """Return the current token; raise CommandError if there is none."""
        for token in self.read():
            return token
        name = self.webhook.name
        raise CommandError(f"the webhook {name} has no token: run callout webhook create {name}")

    def create(self) -> tuple[str, bool]:
        """Save a new token; return it, and whether a previous token stays valid."""
        previous = self.read()[:1]
        token = secrets.token_urlsafe(_BYTES)
        self._save([token, *previous])
        return token, bool(previous)

    def revoke_previous(self) -> bool:
        """Remove all tokens but the current one; return whether there were others."""
        current, others = self.current(), self.read()[1:]
        if others:
            self._save([current])
        return bool(others)

    def _save(self, tokens: list[str]) -> None:
        self.aws.client("ssm").put_parameter(
            Name=self.webhook.token_parameter,
            Description="Callout: current and previous token; callout webhook create rotates them",
            Value="\n".join(tokens),
            Type="SecureString",
            Overwrite=True,
        )
