"""AWS regions and partitions, as botocore lists them."""

from collections.abc import Callable
from difflib import get_close_matches
from functools import cache
from typing import Annotated

from botocore.session import Session

from workflow.settings.types import Constraint

#: Used if neither the settings nor the CDK name a region. AWS delivers root sign-ins there, so
#: nothing needs to be forwarded.
DEFAULT_REGION = "us-east-1"


@cache
def regions_of(service: str) -> list[str]:
    """Return the regions of all partitions that have a service, by its name in botocore."""
    session = Session()
    return sorted(
        region
        for partition in session.get_available_partitions()
        for region in session.get_available_regions(service, partition_name=partition)
    )


def partition_of(region: str) -> str:
    """Return the partition of a region, such as `aws` or `aws-us-gov`."""
    name: str = Session().get_partition_for_region(region)
    return name


def _require(service: str, kind: str) -> Callable[[str], str]:
    def require(region: str) -> str:
        known = regions_of(service)
        if region not in known:
            fix = f"; choose one of {', '.join(known)}"
            if region not in regions_of("events"):  # no region at all: perhaps a typing error
                similar = get_close_matches(region, known, n=1, cutoff=0.9)
                fix = f": did you mean {similar[0]}?" if similar else fix
            raise ValueError(f"{region!r} is not a {kind}{fix}")
        return region

    return require


#: Return the region; raise ValueError if it has no Amazon Connect.
require_connect = _require("connect", "region with Amazon Connect")

Region = Annotated[str, Constraint(require_connect, "a region with Amazon Connect")]
KnownRegion = Annotated[str, Constraint(_require("events", "region of AWS"), "a region of AWS")]
