"""The calls that the simulated Connect refuses to place."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from local.connect.protocol import ServiceError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from local.connect.instance_config import InstanceConfig

# Source: StartOutboundVoiceContact and UpdateContactAttributes in the Connect API reference: over
# all pairs. The latter adds that a flow which would exceed it takes the error branch.
MAX_ATTRIBUTE_BYTES = 32_768
_ATTRIBUTE_KEY = re.compile(r"[A-Za-z0-9_-]+")


def check_call_request(params: Mapping[str, Any], config: InstanceConfig) -> None:
    """Refuse a call that the API reference does not allow.

    Unverified: the error that Connect returns if the configuration forbids a call (outbound calls
    switched off, a flow that is archived or not published, a number that is not claimed), and for
    a campaign call without a quota.

    Args:
        params: the input of StartOutboundVoiceContact.
        config: how the instance is set up.

    Raises:
        ServiceError: the call is refused.
    """
    _check_config(params, config)
    if "QueueId" in params:
        raise ServiceError("ResourceNotFoundException", "the simulated instance has no queues")
    if params.get("TrafficType") == "CAMPAIGN":
        raise ServiceError("OutboundContactNotPermittedException", "no quota for campaign calls")
    if params.get("AnswerMachineDetectionConfig", {}).get("EnableAnswerMachineDetection"):
        raise ServiceError("InvalidRequestException", "answering-machine detection is for CAMPAIGN")
    attributes = params.get("Attributes", {})
    for key in attributes:
        if not _ATTRIBUTE_KEY.fullmatch(key):
            raise ServiceError("InvalidRequestException", f"attribute key {key!r} is not allowed")
    size = attributes_size(attributes)
    if size > MAX_ATTRIBUTE_BYTES:
        raise ServiceError("InvalidRequestException", f"attributes of {size} bytes are too large")


def _check_config(params: Mapping[str, Any], config: InstanceConfig) -> None:
    flow = config.flow
    if not config.outbound_calls:
        raise ServiceError("OutboundContactNotPermittedException", "outbound calls are off")
    if params["ContactFlowId"] != config.instance.contact_flow_id or flow is None:
        raise ServiceError("ResourceNotFoundException", f"no flow {params['ContactFlowId']}")
    if (flow.state, flow.status) != ("ACTIVE", "PUBLISHED"):
        raise ServiceError("InvalidRequestException", f"the flow is {flow.state}, {flow.status}")
    if "SourcePhoneNumber" not in params and "QueueId" not in params:
        raise ServiceError("InvalidRequestException", "SourcePhoneNumber or QueueId is needed")
    if "SourcePhoneNumber" in params and not config.has_claimed(params["SourcePhoneNumber"]):
        raise ServiceError("InvalidParameterException", "SourcePhoneNumber is not claimed")


def attributes_size(attributes: Mapping[str, str]) -> int:
    """Return the bytes of all keys and values, in UTF-8."""
    return sum(len(text.encode()) for pair in attributes.items() for text in pair)
