"""Run all checks, in the order in which they depend on each other."""

from collections.abc import Callable, Iterable, Iterator
from functools import partial

from botocore.exceptions import BotoCoreError, ClientError

from adapters.aws_clients import AWS_ERRORS, error_code
from callout.callback.number_flow import STACK as CALLBACK_STACK
from callout.callback.number_flow import read_number_flow
from callout.deployed_stack import find_stack
from callout.doctor.aws_state import AwsState, MissingPrerequisiteError
from callout.doctor.check_callback import CALLBACK, CONNECT, check_callback
from callout.doctor.check_connect import (
    INSTANCE,
    NUMBER,
    STACK,
    TELEPHONY,
    check_instance,
    check_number,
    check_stack,
    check_telephony,
)
from callout.doctor.check_contact_flow import FLOW, check_flow
from callout.doctor.check_countries import COUNTRIES, check_countries, numbers_by_country
from callout.doctor.check_notifications import (
    CHAT,
    NOTIFICATIONS,
    SMS,
    check_chat,
    check_sms_sandbox,
    check_sms_spending,
    check_subscriptions,
)
from callout.doctor.check_quotas import CONCURRENCY, QUOTAS, check_concurrency, check_quotas
from callout.doctor.check_result import CheckResult, fail, unknown
from callout.doctor.check_rosters import check_roster, valid_rosters
from callout.doctor.check_sign_ins import check_trails, sign_in_regions
from callout.doctor.check_sources import (
    check_accounts,
    check_region,
    forwarded_triggers,
    forwarding_stack,
)
from callout.doctor.check_webhooks import LINKS, WEBHOOKS, check_links, check_webhooks
from callout.errors import REJECTED_CREDENTIALS, CommandError, describe_error
from callout.roster.lint import MAX_CALL_SECONDS
from callout.webhook.deployed_webhooks import deployed_webhooks
from workflow.contact_flow.callback_flow import callback_flow

ROSTERS, SIGN_INS, SOURCES = "rosters", "sign-ins", "sources"


def run_checks(state: AwsState) -> Iterator[CheckResult]:
    """Run every check; one that cannot read its input is `unknown`, and the others still run.

    Raise CommandError if AWS cannot be reached, or rejects the credentials.
    """
    _check_connection(state)
    for name, check in (
        (STACK, lambda state: [check_stack(state.stack_name, state.aws.region, state.stack)]),
        (TELEPHONY, lambda state: check_telephony(state.parameters, state.environments)),
        (INSTANCE, _instance),
        (NUMBER, _number),
        (FLOW, _flow),
        (CALLBACK, _callback),
        (ROSTERS, _rosters),
        (COUNTRIES, lambda state: check_countries(_numbers(state))),
        (NOTIFICATIONS, lambda state: check_subscriptions(state.subscriptions())),
        (CHAT, _chat),
        (SMS, _sms),
        (WEBHOOKS, _webhooks),
        (LINKS, _links),
        (CONCURRENCY, _concurrency),
    ):
        yield from _run(name, check, state)
    yield from _regions(state)
    yield from _run(QUOTAS, _quotas, state)


def _check_connection(state: AwsState) -> None:
    try:
        _ = state.stack
    except BotoCoreError as error:
        raise CommandError(describe_error(error)) from None
    except ClientError as error:
        if error_code(error) in REJECTED_CREDENTIALS:
            raise CommandError(describe_error(error)) from None


def _run(
    name: str, check: Callable[[AwsState], Iterable[CheckResult]], state: AwsState
) -> list[CheckResult]:
    """Run a check; return `unknown` if AWS denies or does not support a request."""
    try:
        return list(check(state))
    except MissingPrerequisiteError as error:
        return [unknown(name, str(error))]
    except (*AWS_ERRORS, CommandError) as error:
        return [unknown(name, f"could not be read: {describe_error(error)}")]


def _instance(state: AwsState) -> list[CheckResult]:
    instance_id = state.parameter("instance-id")
    instance = state.instance(instance_id)
    outbound_calls = None
    if instance:
        outbound_calls = state.instance_attribute(instance_id, "OUTBOUND_CALLS")
    return [check_instance(instance_id, instance, outbound_calls)]


def _number(state: AwsState) -> list[CheckResult]:
    number, instance_id = state.parameter("source-phone-number"), state.parameter("instance-id")
    claimed = state.numbers()
    number_id = next(
        (claim["PhoneNumberId"] for claim in claimed if claim["PhoneNumber"] == number), None
    )
    status = state.number_status(number_id) if number_id else None
    return [check_number(number, instance_id, claimed, status, _numbers(state).keys())]


def _numbers(state: AwsState) -> dict[str, set[str]]:
    return numbers_by_country(valid_rosters(state.rosters))


def _flow(state: AwsState) -> list[CheckResult]:
    flow_id = state.parameter("contact-flow-id")
    return [
        check_flow(
            flow_id,
            state.flow(state.parameter("instance-id"), flow_id),
            message_attribute=state.variable("MESSAGE_ATTRIBUTE", "message"),
            acknowledge=state.variable("ACKNOWLEDGE", "key"),
        )
    ]


def _callback(state: AwsState) -> Iterable[CheckResult]:
    variables = state.environments.get("answer_callback")
    if variables is None or state.stack is None:
        return ()
    if find_stack(state.aws, CALLBACK_STACK) is None:
        message = f"there is no stack {CALLBACK_STACK} in {state.aws.region}"
        return [fail(CALLBACK, message, f"cdk deploy {CALLBACK_STACK}, then {CONNECT}")]
    number = read_number_flow(state)
    return check_callback(
        number,
        state.instance_attribute(number.instance_id, "INBOUND_CALLS"),
        state.flow(number.instance_id, number.flow_id),
        callback_flow(
            state.stack.outputs["CallbackFunctionArn"],
            connect_unknown=variables.get("UNKNOWN_CALLERS") == "connect",
        ),
    )


def _rosters(state: AwsState) -> Iterator[CheckResult]:
    seconds = int(state.variable("MAX_CALL_SECONDS", str(MAX_CALL_SECONDS)))
    for team, text in state.rosters.items():
        yield from check_roster(team, text, seconds, texts=state.sends_texts)


def _regions(state: AwsState) -> Iterator[CheckResult]:
    """Check each region separately: one may be readable while another is not."""
    try:
        regions = sign_in_regions(state.rules)
    except AWS_ERRORS as error:
        yield unknown(SIGN_INS, f"the rules could not be read: {describe_error(error)}")
        return
    for region in regions:
        name = f"{SIGN_INS} {region}"
        yield from _run(name, partial(_trails, region), state)
    forwarded = forwarded_triggers(state.rules, state.sources, state.aws.region)
    for region, needed in forwarded.items():
        yield from _run(f"region {region}", partial(_forwarding, region, needed), state)
    yield from _run(SOURCES, _accounts, state)


def _trails(region: str, state: AwsState) -> list[CheckResult]:
    return [check_trails(region, state.trails(region))]


def _forwarding(region: str, needed: set[str], state: AwsState) -> list[CheckResult]:
    name = forwarding_stack(region)
    stack = find_stack(state.aws, name, region)
    rules = state.forwarding_rules(name, region) if stack else []
    return [check_region(region, stack, rules, needed)]


def _accounts(state: AwsState) -> Iterable[CheckResult]:
    return check_accounts(state.sources, state.bus_policy()) if state.sources else ()


def _sms(state: AwsState) -> list[CheckResult]:
    numbers = {each["Endpoint"] for each in state.subscriptions() if each["Protocol"] == "sms"}
    if state.sends_texts:
        rosters = valid_rosters(state.rosters).values()
        texted = (contact for roster in rosters for contact in roster.contacts if contact.text)
        numbers |= {number for contact in texted for number in contact.phones}
    if not numbers:
        return []
    in_sandbox, verified = state.sms_sandbox()
    found = check_sms_sandbox(sorted(numbers), in_sandbox=in_sandbox, verified=verified)
    return found + check_sms_spending(state.sms_spending_limit())


def _chat(state: AwsState) -> list[CheckResult]:
    topic = "ChatTopicArn"
    has_chat = state.stack and topic in state.stack.outputs
    return [check_chat(state.subscriptions(topic))] if has_chat else []


def _webhooks(state: AwsState) -> Iterable[CheckResult]:
    webhooks = deployed_webhooks(state)
    return check_webhooks(webhooks, state.secure_parameters()) if webhooks else ()


def _links(state: AwsState) -> Iterable[CheckResult]:
    endpoint = state.environments.get("plan_calls", {}).get("LINK_ENDPOINT")
    return check_links(endpoint) if endpoint else ()


def _concurrency(state: AwsState) -> list[CheckResult]:
    return [check_concurrency(state.unreserved_concurrency(), len(state.rosters))]


def _quotas(state: AwsState) -> list[CheckResult]:
    teams = len(state.rosters)
    try:
        return check_quotas(state.quotas(), teams)
    except AWS_ERRORS as error:
        return check_quotas({}, teams, read_error=describe_error(error))
