"""Check the subscriptions of the notification topic."""

from collections.abc import Collection, Mapping, Sequence

from callout.doctor.check_result import CheckResult, fail, ok
from oncall.mask_phone_number import mask

NOTIFICATIONS, SMS = "notifications", "text messages"
#: SNS lists these in place of the ARN of a subscription that is not confirmed (SNS developer
#: guide, "Confirm the subscription"), or that is being removed.
PENDING, DELETED = "PendingConfirmation", "Deleted"


def check_subscriptions(subscriptions: Sequence[Mapping[str, str]]) -> list[CheckResult]:
    """Check that the topic has subscriptions (ListSubscriptionsByTopic), and all are confirmed."""
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


def check_sms_sandbox(
    subscriptions: Sequence[Mapping[str, str]], *, in_sandbox: bool, verified: Collection[str]
) -> list[CheckResult]:
    """Check that SNS delivers to the phone numbers that are subscribed.

    In a new account, SNS sends text messages only to verified numbers (SNS developer guide,
    "Using the Amazon SNS SMS sandbox").
    """
    return [
        fail(
            SMS,
            f"{_describe(subscription)} gets no text messages: the account is in the SMS sandbox"
            " of SNS, and the number is not verified",
            "verify the number, or leave the sandbox: SNS console, Text messaging",
        )
        for subscription in subscriptions
        if in_sandbox
        and subscription["Protocol"] == "sms"
        and subscription["Endpoint"] not in verified
    ] or [ok(SMS, "SNS sends text messages to all subscribed numbers")]


def _describe(subscription: Mapping[str, str]) -> str:
    endpoint = subscription["Endpoint"]
    if subscription["Protocol"] == "sms":
        return f"sms {mask(endpoint)}"
    return f"{subscription['Protocol']} {endpoint.rpartition(':')[2]}"
