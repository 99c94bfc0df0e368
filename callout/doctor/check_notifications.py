"""Judges who is told when nobody was reached by phone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from callout.doctor.finding import Finding, bad, ok
from oncall.mask_phone_number import mask

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

NOTIFICATIONS = "notifications"
#: What stands in place of the ARN of a subscription that was not confirmed (SNS developer
#: guide, "Confirm the subscription"), and of one that is being removed.
PENDING, DELETED = "PendingConfirmation", "Deleted"


def judge_subscriptions(subscriptions: Sequence[Mapping[str, str]]) -> list[Finding]:
    """Judge the topic's subscriptions.

    Args:
        subscriptions: as ListSubscriptionsByTopic gives them.
    """
    standing = [one for one in subscriptions if one["SubscriptionArn"] != DELETED]
    pending = [one for one in standing if one["SubscriptionArn"] == PENDING]
    if not standing:
        return [
            bad(
                NOTIFICATIONS,
                "nobody is told when no phone is answered: the topic has no subscription",
                "name somebody in cdk.json (notifications.emails), then cdk deploy Callout",
            )
        ]
    if pending:
        fix = "open the mail from AWS and confirm; it can be sent again by subscribing again"
        return [bad(NOTIFICATIONS, f"{_who(one)} has not confirmed", fix) for one in pending]
    told = ", ".join(sorted(map(_who, standing)))
    return [ok(NOTIFICATIONS, f"told when no phone is answered: {told}")]


def _who(subscription: Mapping[str, str]) -> str:
    endpoint = subscription["Endpoint"]
    if subscription["Protocol"] == "sms":
        return f"sms {mask(endpoint)}"
    return f"{subscription['Protocol']} {endpoint.rpartition(':')[2]}"
