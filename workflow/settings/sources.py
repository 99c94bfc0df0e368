"""The settings of sources: other regions and accounts whose events page."""

from typing import Annotated, Self

from pydantic import BaseModel, model_validator

from workflow.settings.regions import KnownRegion
from workflow.settings.types import STRICT_MODEL, AccountId, Unique, pattern_constraint

OrganizationId = Annotated[
    str, pattern_constraint(r"o-[a-z0-9]{10,32}", "an organization ID, like o-a1b2c3d4e5")
]


class Sources(BaseModel):
    """Other regions and accounts, which forward the events of all enabled triggers.

    Forwarding takes [further stacks](deploy.md#4-regions-and-accounts).
    """

    model_config = STRICT_MODEL

    regions: Annotated[list[KnownRegion], Unique] = []
    """Other regions of this account. Each gets a stack `CalloutSignIn-<region>`."""
    accounts: Annotated[list[AccountId], Unique] = []
    """IDs of other accounts that may forward events; then those of any further account do not page.
    An event pattern has room for about 100."""
    organization: OrganizationId | None = None
    """ID of the organization in AWS Organizations whose accounts may all forward events, instead of
    `accounts`."""

    @model_validator(mode="after")
    def _one_kind_of_accounts(self) -> Self:
        if self.accounts and self.organization:
            raise ValueError("`accounts` and `organization` are mutually exclusive: remove one")
        return self
