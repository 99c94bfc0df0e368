"""Check the subscriptions of the notification topic, and text messages."""

from collections.abc import Collection, Iterable, Mapping, Sequence

from callout.doctor.check_result import CheckResult, fail, ok, warn
from oncall.mask_phone_number import mask

NOTIFICATIONS, SMS, CHAT = "notifications", "text messages", "chat"
#: SNS lists these in place of the ARN of a subscription that is not confirmed (SNS developer
#: guide, "Confirm the subscription"), or that is being removed.
PENDING, DELETED = "PendingConfirmation", "Deleted"
#: USD a month; the limit of a new account.
LOWEST_LIMIT = 1


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
    numbers: Iterable[str], *, in_sandbox: bool, verified: Collection[str]
) -> list[CheckResult]:
    """Check that SNS delivers to the phone numbers that are subscribed or get text messages.

    In a new account, SNS sends text messages only to verified numbers (SNS developer guide,
    "Using the Amazon SNS SMS sandbox").
    """
    return [
        fail(
            SMS,
            f"{mask(number)} gets no text messages: the account is in the SMS sandbox"
            " of SNS, and the number is not verified",
            "verify the number, or leave the sandbox: SNS console, Text messaging",
        )
        for number in numbers
        if in_sandbox and number not in verified
    ] or [ok(SMS, "SNS sends text messages to these numbers")]


def check_sms_spending(limit: float) -> list[CheckResult]:
    """Check the monthly spending limit (USD), at which SNS stops sending text messages.

    It is 1 USD until AWS Support raises it (SNS developer guide, "Requesting increases to your
    monthly SMS spending quota").
    """
    message = f"SNS stops sending text messages when they have cost {limit:g} USD in a month"
    fix = "request a higher spending quota from AWS Support, then set it: docs/deploy.md"
    return [warn(SMS, message, fix)] if limit <= LOWEST_LIMIT else []


def check_chat(subscriptions: Sequence[Mapping[str, str]]) -> CheckResult:
    """Check that a chat channel is subscribed to the topic; its endpoint is not documented."""
    if any("chatbot" in each["Endpoint"] for each in subscriptions):
        return ok(CHAT, "a chat channel is subscribed to the chat topic")
    fix = "cdk deploy CalloutChat, or add the output ChatTopicArn to your channel configuration"
    return warn(CHAT, "no chat channel is subscribed to the chat topic", fix)


def _describe(subscription: Mapping[str, str]) -> str:
    endpoint = subscription["Endpoint"]
    if subscription["Protocol"] == "sms":
        return f"sms {mask(endpoint)}"
    return f"{subscription['Protocol']} {endpoint.rpartition(':')[2]}"
