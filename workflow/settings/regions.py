"""AWS regions and partitions, as botocore lists them."""

from functools import cache
from typing import Annotated

from botocore.session import Session

from workflow.settings.types import Constraint

#: Used if neither the settings nor the CDK name a region. AWS delivers root sign-ins there, so
#: nothing needs to be forwarded.
DEFAULT_REGION = "us-east-1"


@cache
def connect_regions() -> list[str]:
    """Return the regions of all partitions that have Amazon Connect."""
    session = Session()
    return sorted(
        region
        for partition in session.get_available_partitions()
        for region in session.get_available_regions("connect", partition_name=partition)
    )


def partition_of(region: str) -> str:
    """Return the partition of a region, such as `aws` or `aws-us-gov`."""
    name: str = Session().get_partition_for_region(region)
    return name


def require_connect(region: str) -> str:
    """Return the region; raise ValueError if it has no Amazon Connect."""
    if region not in connect_regions():
        known = ", ".join(connect_regions())
        raise ValueError(f"{region!r} is not a region with Amazon Connect; choose one of {known}")
    return region


Region = Annotated[str, Constraint(require_connect, "a region with Amazon Connect")]
