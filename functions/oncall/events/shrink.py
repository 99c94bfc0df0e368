"""Cut an event to a size that an execution can carry.

EventBridge delivers events of up to 1 MB; Step Functions accepts inputs of up to 262,144 bytes
("Service quotas" of both).
"""

import hashlib
import json
from collections.abc import Mapping

#: Bytes of an event that an execution can carry: leaves room for what a rule and OpenIncident add.
MAX_EVENT_BYTES = 240_000

#: How much is kept, until the event fits: characters of a text, items of a list or object. The
#: first keeps all that a parser reads of a text (oncall/text.py).
_LEVELS = ((4_096, 1_000), (1_000, 100), (200, 20))
_ENVELOPE = ("version", "id", "detail-type", "source", "account", "time", "region")


def shrink(event: object) -> object:
    """Return an event of at most MAX_EVENT_BYTES; one that fits is unchanged.

    A digest replaces what is cut, so that different events keep different dedup keys.
    """
    try:
        if size(event) <= MAX_EVENT_BYTES:
            return event
        for level in _LEVELS:
            smaller = _cut(event, *level)
            if size(smaller) <= MAX_EVENT_BYTES:
                return smaller
    except RecursionError:  # nested more deeply than any real event
        pass
    fields = event if isinstance(event, Mapping) else {}
    kept = {name: fields[name] for name in _ENVELOPE if name in fields}
    return _cut(kept | {"resources": [], "detail": {}}, *_LEVELS[-1])


def size(value: object) -> int:
    """Return the bytes of a value as compact JSON in UTF-8."""
    return len(compact_json(value).encode(errors="surrogatepass"))


def compact_json(value: object) -> str:
    """Return the JSON of a value as AWS writes it."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _cut(value: object, longest: int, most: int) -> object:
    if isinstance(value, str) and len(value) > longest:
        return value[:longest] + _digest(value)
    if isinstance(value, Mapping):
        pairs = list(value.items())
        kept = {str(_cut(name, longest, most)): _cut(v, longest, most) for name, v in pairs[:most]}
        return kept | ({"…": _digest(pairs[most:])} if len(pairs) > most else {})
    if isinstance(value, list):
        kept_items = [_cut(item, longest, most) for item in value[:most]]
        return [*kept_items, *([_digest(value[most:])] if len(value) > most else [])]
    return value


def _digest(cut: object) -> str:
    content = compact_json(cut).encode(errors="surrogatepass")
    return f"…#{hashlib.sha256(content).hexdigest()[:16]}"
