"""The webhooks of the deployed stack, read from the environment of its function."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from callout.errors import CommandError
from oncall.roster.parsing.field_reader import closest

if TYPE_CHECKING:
    from collections.abc import Mapping

    from callout.doctor.aws_state import AwsState

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
