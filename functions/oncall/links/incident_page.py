"""The web page of an incident: what happened, who has it, and a form to acknowledge or resolve it.

Opening it changes nothing, because mail scanners and chat previews open links too: only the form's
POST does. It needs no script.
"""

from __future__ import annotations

import base64
import hashlib
from html import escape
from typing import TYPE_CHECKING

from oncall.calls.call import calls_text
from oncall.incident_record import ACKNOWLEDGED, FAILED, RESOLVED, UNANSWERED
from oncall.messages.email import answered, answered_by, incident_details, written_time
from oncall.messages.locale import DEFAULT, nearest
from oncall.text import clean

if TYPE_CHECKING:
    from collections.abc import Sequence

    from oncall.incident_record import Record
    from oncall.messages.locale import Language

ACKNOWLEDGE, RESOLVE = "acknowledge", "resolve"
#: What the form's buttons do, and the outcome of the incident.
ACTIONS = {ACKNOWLEDGE: ACKNOWLEDGED, RESOLVE: RESOLVED}

_STYLE = """
:root { color-scheme: light dark; font: 1.0625rem/1.5 system-ui, sans-serif }
main { max-width: 34rem; margin: 0 auto; padding: 0.5rem }
h1 { font-size: 1.3rem; line-height: 1.3 }
p { white-space: pre-line; overflow-wrap: anywhere }
[role=alert] { border-left: 0.3rem solid #d33; padding-left: 0.6rem }
form { display: grid; gap: 0.75rem; margin: 1.5rem 0 }
label { display: grid; gap: 0.25rem }
select, input, button { font: inherit; min-height: 3rem; padding: 0.25rem 0.75rem }
button { border: 1px solid; border-radius: 0.5rem; font-weight: 600; cursor: pointer }
button[value=acknowledge] { background: #0b5cad; border-color: #0b5cad; color: #fff }
"""
_STYLE_HASH = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()

HEADERS = {
    "content-type": "text/html; charset=utf-8",
    "cache-control": "no-store",
    "referrer-policy": "no-referrer",  # the address has the token
    "content-security-policy": f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}';"
    " form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "x-frame-options": "DENY",
    "x-content-type-options": "nosniff",
    "x-robots-tag": "noindex",
}
_PAGE = """<!DOCTYPE html>
<html lang="{language}"><head><meta charset="utf-8">\
<meta name="viewport" content="width=device-width, initial-scale=1">\
<meta name="robots" content="noindex"><title>Callout: {heading}</title>\
<style>{style}</style></head>
<body><main><h1>{heading}</h1>
{content}
</main></body></html>
"""


def message_page(phrase: str, language: str = DEFAULT) -> str:
    """Return a page with one sentence, a phrase of the language's `web`."""
    words = nearest(language)
    return _page(words.web[phrase], [], words)


def incident_page(
    record: Record, *, people: Sequence[str] | None, language: str, timezone: str, problem: str = ""
) -> str:
    """Return the page of an incident.

    Args:
        record: the incident as it is now.
        people: the names to choose from, none of which means any name; None if the link names one.
        language: of the roster.
        timezone: of the roster.
        problem: why a request changed nothing, a phrase of the language's `web`; "" if it did.
    """
    words, incident = nearest(language), record.incident
    opened = words.web["opened"].format(time=written_time(record.open_since, words, timezone))
    content = [f'<p role="alert">{escape(words.web[problem])}</p>'] if problem else []
    content += [_paragraph(f"{incident_details([incident], language, timezone)}\n{opened}")]
    if actions := _actions(record):
        content.append(_form(actions, people, words))
    if record.calls:
        content.append(_paragraph(calls_text(record.calls, language)))
    return _page(_heading(record, words, language, timezone), content, words)


def _heading(record: Record, words: Language, language: str, timezone: str) -> str:
    if record.resolved:
        return answered(RESOLVED, record.resolved_by, record.resolved, language, timezone)
    if record.open:
        return words.web["open"]
    if record.outcome in (UNANSWERED, FAILED):
        return words.email.headings["unanswered"]
    name = answered_by(record.closed_by, record.closed_via, language)
    return answered(record.outcome, name, record.closed_at, language, timezone)


def _actions(record: Record) -> list[str]:
    """Return what can still be done about an incident."""
    if record.resolved or record.outcome == RESOLVED:
        return []
    return [RESOLVE] if record.outcome == ACKNOWLEDGED else [ACKNOWLEDGE, RESOLVE]


def _form(actions: Sequence[str], people: Sequence[str] | None, words: Language) -> str:
    options = "".join(f"<option>{escape(name)}</option>" for name in ("", *(people or ())))
    field = (
        f'<select name="by" required>{options}</select>'
        if people
        else '<input name="by" required maxlength="64" autocomplete="name">'
    )
    label = f"<label>{escape(words.web['name'])} {field}</label>" if people is not None else ""
    buttons = "".join(
        f'<button name="action" value="{action}">{escape(words.web[action])}</button>'
        for action in actions
    )
    return f'<form method="post">{label}{buttons}</form>'


def _paragraph(text: str) -> str:
    return "<p>{}</p>".format("\n".join(escape(clean(line, 1000)) for line in text.split("\n")))


def _page(heading: str, content: Sequence[str], words: Language) -> str:
    return _PAGE.format(
        language=words.tag, heading=escape(heading), style=_STYLE, content="\n".join(content)
    )
