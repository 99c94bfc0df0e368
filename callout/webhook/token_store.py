"""The token of a webhook in SSM: the current one, and the previous one during a rotation."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

from callout.errors import CommandError

if TYPE_CHECKING:
    from callout.aws_session import AwsSession
    from callout.webhook.deployed_webhooks import DeployedWebhook

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
