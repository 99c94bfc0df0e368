"""Check the subscriptions of the notification topic."""

from __future__ import annotations

from typing import TYPE_CHECKING

from callout.doctor.check_result import CheckResult, fail, ok
from oncall.mask_phone_number import mask

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

NOTIFICATIONS = "notifications"
#: SNS lists these in place of the ARN of a subscription that is not confirmed (SNS developer
#: guide, "Confirm the subscription"), or that is being removed.
PENDING, DELETED = "PendingConfirmation", "Deleted"


def check_subscriptions(subscriptions: Sequence[Mapping[str, str]]) -> list[CheckResult]:
    """Check that the topic has subscriptions, and that all are confirmed.

    They are from ListSubscriptionsByTopic.
    """
    existing = [
        subscription for subscription in subscriptions if subscription["SubscriptionArn"] != DELETED
    ]
    pending = [
        subscription for subscription in existing if subscription["SubscriptionArn"] == PENDING
    ]
    if not existing:
        return [
            fail(
                NOTIFICATIONS,
                "the topic has no subscription, so unanswered pages notify nobody",
                "add notifications.emails to cdk.json, then cdk deploy Callout",
            )
        ]
    if pending:
        fix = "confirm it in the email from AWS; subscribing again sends another email"
        return [
            fail(NOTIFICATIONS, f"{_describe(subscription)} has not confirmed", fix)
            for subscription in pending
        ]
    subscribers = ", ".join(sorted(map(_describe, existing)))
    return [ok(NOTIFICATIONS, f"unanswered pages notify {subscribers}")]


def _describe(subscription: Mapping[str, str]) -> str:
    endpoint = subscription["Endpoint"]
    if subscription["Protocol"] == "sms":
        return f"sms {mask(endpoint)}"
    return f"{subscription['Protocol']} {endpoint.rpartition(':')[2]}"
