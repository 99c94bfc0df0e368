"""Local times around clock changes: times that a zone skips, and times that occur twice.

A local time has been reached once the wall clock has shown it, or any later time. So a handover
at 02:30 takes place when the clock jumps from 02:00 to 03:00, and at the first 02:30 on a night
that has two.
"""

from datetime import UTC, datetime, timedelta, tzinfo

# Time zones change by whole seconds.
_RESOLUTION = timedelta(seconds=1)


def wall_clock(zone: tzinfo, at: datetime) -> datetime:
    """Return the local time in a zone at a moment (`at` has a time zone)."""
    return at.astimezone(zone).replace(tzinfo=None)


def is_reached(local: datetime, zone: tzinfo, at: datetime) -> bool:
    """Return whether the clock in a zone has shown a local time, or a later one, by a moment."""
    # If the zone skips `local`, the first comparison is true from the jump on, before the second;
    # if it repeats `local`, fold=0 is the first occurrence.
    return wall_clock(zone, at) >= local or local.replace(tzinfo=zone, fold=0).astimezone(UTC) <= at


def first_moment(local: datetime, zone: tzinfo) -> datetime:
    """Return the moment (UTC) from which a local time is reached.

    This is its first occurrence if the clock shows it twice, and the jump if the clock skips it.
    """
    before = local.replace(tzinfo=zone, fold=1).astimezone(UTC)
    after = local.replace(tzinfo=zone, fold=0).astimezone(UTC)
    while after - before >= _RESOLUTION:
        # Skipped (PEP 495: fold=1 is then the earlier one): the jump lies between the two.
        middle = before + (after - before) // 2
        if is_reached(local, zone, middle):
            after = middle
        else:
            before = middle
    return after.replace(microsecond=0)
