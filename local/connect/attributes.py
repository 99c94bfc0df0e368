"""How much a contact's attributes may hold."""

from collections.abc import Mapping

# Source: StartOutboundVoiceContact and UpdateContactAttributes in the Connect API reference:
# over all pairs. The latter adds that a flow which would pass it takes the error branch.
ATTRIBUTE_BYTES = 32_768


def size_of(attributes: Mapping[str, str]) -> int:
    """Bytes of all keys and values, in UTF-8."""
    return sum(len(text.encode()) for pair in attributes.items() for text in pair)
