"""What the doctor looks at, in the order in which one thing rests on another."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from callout.deployed_stack import find_stack
from callout.doctor.aws_state import NotKnownError
from callout.doctor.check_connect import INSTANCE, NUMBER, judge_instance, judge_number
from callout.doctor.check_contact_flow import FLOW, judge_flow
from callout.doctor.check_countries import COUNTRIES, judge_countries, numbers_by_country
from callout.doctor.check_notifications import NOTIFICATIONS, judge_subscriptions
from callout.doctor.check_quotas import QUOTAS, judge_quotas
from callout.doctor.check_rosters import judge_roster, usable
from callout.doctor.check_sign_ins import arrivals, judge_forwarding, judge_trails
from callout.doctor.check_stack import STACK, TELEPHONY, judge_stack, judge_telephony
from callout.doctor.finding import Finding, unknown
from callout.errors import REFUSED_CREDENTIALS, CommandError, reason

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from callout.doctor.aws_state import Account

ROSTERS, SIGN_INS = "rosters", "sign-ins"


def examine(account: Account) -> Iterator[Finding]:
    """Look at everything; what cannot be read is unknown, and the rest is looked at still.

    Raises:
        CommandError: AWS cannot be reached, or takes no such credentials: all were unknown.
    """
    _reach(account)
    for check, look in (
        (STACK, _stack),
        (TELEPHONY, _telephony),
        (INSTANCE, _instance),
        (NUMBER, _number),
        (FLOW, _flow),
        (ROSTERS, _rosters),
        (COUNTRIES, _countries),
        (NOTIFICATIONS, _notifications),
    ):
        yield from _guarded(check, look, account)
    yield from _sign_ins(account)
    yield from _guarded(QUOTAS, _quotas, account)


def _reach(account: Account) -> None:
    try:
        _ = account.stack
    except BotoCoreError as error:
        raise CommandError(reason(error)) from None
    except ClientError as error:
        if error.response["Error"]["Code"] in REFUSED_CREDENTIALS:
            raise CommandError(reason(error)) from None


def _guarded(
    check: str, look: Callable[[Account], Iterable[Finding]], account: Account
) -> list[Finding]:
    """Look, and where AWS does not let us, say so: a permission, or a service it lacks."""
    try:
        return list(look(account))
    except NotKnownError as error:
        return [unknown(check, str(error))]
    except (BotoCoreError, ClientError, CommandError) as error:
        return [unknown(check, f"cannot be read: {reason(error)}")]


def _stack(account: Account) -> list[Finding]:
    return [judge_stack(account.stack_name, account.aws.region, account.stack)]


def _telephony(account: Account) -> list[Finding]:
    return judge_telephony(account.parameters, account.environments)


def _instance(account: Account) -> list[Finding]:
    instance_id = account.parameter("instance-id")
    instance = account.instance(instance_id)
    outbound_calls = account.outbound_calls(instance_id) if instance else None
    return [judge_instance(instance_id, instance, outbound_calls)]


def _number(account: Account) -> list[Finding]:
    number, instance_id = (
        account.parameter("source-phone-number"),
        account.parameter("instance-id"),
    )
    claimed = account.numbers()
    ours = next((one["PhoneNumberId"] for one in claimed if one["PhoneNumber"] == number), None)
    status = account.number_status(ours) if ours else None
    countries = numbers_by_country(usable(account.rosters)).keys()
    return [judge_number(number, instance_id, claimed, status, countries)]


def _flow(account: Account) -> list[Finding]:
    flow_id = account.parameter("contact-flow-id")
    return [
        judge_flow(
            flow_id,
            account.flow(account.parameter("instance-id"), flow_id),
            message_attribute=account.variable("MESSAGE_ATTRIBUTE", "message"),
            acknowledge=account.variable("ACKNOWLEDGE", "key"),
        )
    ]


def _rosters(account: Account) -> Iterator[Finding]:
    for team, text in account.rosters.items():
        yield from judge_roster(team, text)


def _countries(account: Account) -> list[Finding]:
    return judge_countries(numbers_by_country(usable(account.rosters)))


def _notifications(account: Account) -> list[Finding]:
    return judge_subscriptions(account.subscriptions())


def _sign_ins(account: Account) -> Iterator[Finding]:
    """Look at each region by itself: one may be readable where another is not."""
    try:
        regions = arrivals(account.rules)
    except (BotoCoreError, ClientError) as error:
        yield unknown(SIGN_INS, f"the rules cannot be read: {reason(error)}")
        return
    for region in regions:
        check = f"{SIGN_INS} {region}"
        yield from _guarded(check, partial(_trails, region), account)
        if region != account.aws.region:
            yield from _guarded(check, partial(_forwarding, region), account)


def _trails(region: str, account: Account) -> list[Finding]:
    return [judge_trails(region, account.trails(region))]


def _forwarding(region: str, account: Account) -> list[Finding]:
    stack = find_stack(account.aws, f"CalloutSignIn-{region}", region)
    return [judge_forwarding(region, account.aws.region, stack)]


def _quotas(account: Account) -> list[Finding]:
    teams = len(account.rosters)
    try:
        return judge_quotas(account.quotas(), teams)
    except (BotoCoreError, ClientError) as error:
        return judge_quotas({}, teams, unread=reason(error))
