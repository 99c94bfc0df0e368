"""Hypothesis strategies for JSON values and events."""

from typing import Any

from hypothesis import strategies as st

from tests.unit import sample_events

any_text = st.text(st.characters(exclude_categories=()), max_size=300)
"""Text of any characters, lone surrogates included."""

any_json: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | any_text,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(any_text, inner, max_size=4),
    max_leaves=12,
)


@st.composite
def spoiled_events(draw: st.DrawFn) -> Any:  # noqa: ANN401 - any JSON value
    """Return a sample event with a few values, anywhere, replaced by any others."""
    return draw(spoiled(sample_events.event(draw(st.sampled_from(sample_events.NAMES)))))


@st.composite
def spoiled(draw: st.DrawFn, document: Any) -> Any:  # noqa: ANN401 - any JSON value
    """Return the document with a few values, anywhere, replaced by any others."""
    for _ in range(draw(st.integers(1, 4))):
        place = document
        while True:
            keys = list(place) if isinstance(place, dict) else list(range(len(place)))
            if not keys:
                break
            key = draw(st.sampled_from(keys))
            if isinstance(place[key], dict | list) and draw(st.booleans()):
                place = place[key]
                continue
            place[key] = draw(any_json)
            break
    return document


any_event = any_json | spoiled_events()
