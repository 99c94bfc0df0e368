"""The PIN of a contact, which a callback can require: how a roster stores it, and its check.

A stored PIN is `pbkdf2-sha256$<iterations>$<salt>$<hash>` (RFC 8018), salt and hash in base64url.
Anyone who can read the roster can try all PINs within hours; the hash only hides them from view.
"""

import base64
import hashlib
import hmac
import re
import secrets

#: Digits that a caller can enter, and that `callout roster pin` accepts.
MIN_LENGTH, MAX_LENGTH = 4, 8
#: About 0.1 s on a function with 512 MB, which has less than a third of a CPU.
ITERATIONS = 50_000

PIN = re.compile(rf"[0-9]{{{MIN_LENGTH},{MAX_LENGTH}}}", re.ASCII)
#: At most 999,999 iterations, so that no roster makes a callback slow.
STORED = re.compile(r"pbkdf2-sha256\$([1-9][0-9]{0,5})\$([\w-]{11})\$([\w-]{22})", re.ASCII)

_SALT_BYTES, _HASH_BYTES = 8, 16


def hash_pin(pin: str) -> str:
    """Return a PIN as a roster stores it, with a new salt."""
    salt = secrets.token_bytes(_SALT_BYTES)
    return f"pbkdf2-sha256${ITERATIONS}${_encode(salt)}${_encode(_hash(pin, salt, ITERATIONS))}"


def check_pin(pin: str, stored: str) -> bool:
    """Return whether a PIN is the stored one, compared in constant time."""
    found = STORED.fullmatch(stored)
    if not found or not PIN.fullmatch(pin):
        return False
    salt = base64.urlsafe_b64decode(f"{found[2]}=")
    return hmac.compare_digest(_encode(_hash(pin, salt, int(found[1]))), found[3])


def hide_pins(text: str) -> str:
    """Return the text of a roster, or of a difference, without the hashes of PINs."""
    return STORED.sub("(PIN set)", text)


def _hash(pin: str, salt: bytes, iterations: int) -> bytes:
    return hashlib.pbkdf2_hmac("sha256", pin.encode(), salt, iterations, _HASH_BYTES)


def _encode(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")
