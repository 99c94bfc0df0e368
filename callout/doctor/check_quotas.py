"""Check the quotas of Connect and Lambda against the number of teams that may be called at once."""

from collections.abc import Mapping

from callout.doctor.check_result import CheckResult, fail, ok, unknown, warn
from callout.time_format import pluralize
from oncall.calls.call_evaluation import POLL_INTERVAL

QUOTAS, CONCURRENCY = "quotas", "concurrency"
#: Events within a second that functions should be able to open at once.
STORM = 50
#: Teams that can be called at once for each function, if late: more were not measured
#: (docs/scaling.md).
TEAMS_PER_FUNCTION = 4
#: Names in Service Quotas.
CALLS = "Concurrent active calls per instance"
PLACING = "Rate of StartOutboundVoiceContact API requests"
POLLING = "Rate of DescribeContact API requests"
READING_KEYS = "Rate of GetContactAttributes API requests"
#: Quotas of a new account (Connect administrator guide, "Service quotas"): per instance, and per
#: second for each API of the account.
DEFAULTS = {CALLS: 10.0, PLACING: 2.0, POLLING: 2.0, READING_KEYS: 2.0}
WHERE = "Service Quotas console, Amazon Connect"


def check_quotas(
    quotas: Mapping[str, float], teams: int, read_error: str = ""
) -> list[CheckResult]:
    """Check that the quotas allow one call, polled every few seconds, for each team at once.

    A missing quota is assumed to be the default; `read_error` is why none could be read.
    """
    all_teams = pluralize(teams, "team")
    polls = teams / POLL_INTERVAL
    # Each poll of an answered call also reads the key that was pressed.
    required = {CALLS: float(teams), PLACING: 1.0, POLLING: polls, READING_KEYS: polls}
    results = [
        fail(
            QUOTAS,
            f"{name} is {quotas[name]:g}, but calling {all_teams} at once needs {required[name]:g}",
            f"request an increase: {WHERE}",
        )
        for name in DEFAULTS
        if name in quotas and quotas[name] < required[name]
    ]
    missing = [name for name in DEFAULTS if name not in quotas]
    if missing:
        defaults = ", ".join(f"{name}: {DEFAULTS[name]:g}" for name in missing)
        enough = all(DEFAULTS[name] >= required[name] for name in missing)
        message = f"could not be read{f' ({read_error})' if read_error else ''}:"
        message += f" the defaults ({defaults}) are"
        message += f" {'sufficient' if enough else 'insufficient'} for {all_teams}"
        results.append(unknown(QUOTAS, message, f"see {WHERE}"))
    if not results:
        limits = f"{quotas[CALLS]:g} concurrent calls, {quotas[POLLING]:g} polls a second"
        results.append(ok(QUOTAS, f"{limits}: sufficient for {all_teams}"))
    return results


def check_concurrency(unreserved: int, teams: int) -> CheckResult:
    """Check how many functions may run at once (UnreservedConcurrentExecutions).

    A new account may have 10 (Lambda developer guide, "Lambda quotas"). Each team that is called
    takes one for polling, and each event takes one for a moment; more wait for each other.
    """
    all_teams = pluralize(teams, "team")
    message = f"{unreserved:,} functions may run at once"
    fix = (
        "request an increase of `Concurrent executions` to 1,000: Service Quotas console, AWS"
        " Lambda (docs/scaling.md)"
    )
    if unreserved * TEAMS_PER_FUNCTION < teams:
        return fail(CONCURRENCY, f"{message}: too few to call {all_teams} at once", fix)
    if unreserved < teams + STORM:
        message += "; in an alert storm nothing is lost, but calls may be a minute late"
        return warn(CONCURRENCY, message, fix)
    return ok(CONCURRENCY, message)
