"""The tokens of links: `<HttpEndpoint>/incidents/<token>`.

A token is the base64url of a signature, the expiry, and the team, ID and person, so nothing is
stored for it. The signature is the first half of an HMAC-SHA256 (RFC 2104, section 5, allows half):
the path counts toward API Gateway's limit for headers.
"""

import base64
import hashlib
import hmac
from dataclasses import dataclass

#: SSM parameter of type SecureString with the key.
KEY_PARAMETER = "/callout/links/key"
#: Characters below which a key is not used: an operator replaced it by something guessable.
MIN_KEY_LENGTH = 32
#: Seconds for which a link is valid after its notification was written.
VALID_SECONDS = 7 * 24 * 60 * 60
#: Characters; the longest team, ID and person take 590.
MAX_TOKEN_LENGTH = 600

_SIGNATURE_BYTES, _EXPIRY_BYTES = 16, 5


@dataclass(frozen=True)
class Link:
    """What a token names.

    Attributes:
        team: of the incident.
        incident_id: the incident.
        expires: Unix seconds.
        person: who got the link; "" if several people did, and the page must ask.
    """

    team: str
    incident_id: str
    expires: int
    person: str = ""


def sign(link: Link, key: str) -> str:
    """Return the token of a link: URL-safe ASCII."""
    content = f"{link.team}\n{link.incident_id}\n{link.person}".encode(errors="replace")
    signed = link.expires.to_bytes(_EXPIRY_BYTES, "big") + content
    return _encode(_signature(signed, key) + signed)


def verify(token: str, key: str, now: float) -> Link | None:
    """Return what a token names; None if it is not valid (any more)."""
    if not (token.isascii() and len(token) <= MAX_TOKEN_LENGTH):
        return None
    try:
        decoded = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
    except ValueError:
        return None
    signature, signed = decoded[:_SIGNATURE_BYTES], decoded[_SIGNATURE_BYTES:]
    # Base64 has several texts for some bytes: only the one that was sent is valid.
    valid = hmac.compare_digest(signature, _signature(signed, key)) and _encode(decoded) == token
    expires = int.from_bytes(signed[:_EXPIRY_BYTES], "big")
    if not valid or expires <= now:
        return None
    team, incident_id, person = signed[_EXPIRY_BYTES:].decode().split("\n")
    return Link(team, incident_id, expires, person)


def _signature(signed: bytes, key: str) -> bytes:
    return hmac.digest(key.encode(), signed, hashlib.sha256)[:_SIGNATURE_BYTES]


def _encode(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")
