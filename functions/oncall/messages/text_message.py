"""The text message that a person gets in addition to a call.

A part has 160 characters of GSM 03.38, or 70 if it has other characters; SNS sends at most
1,600 bytes, and each part is billed (Amazon SNS developer guide, "Publishing to a mobile phone").
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from oncall.messages.email import incident_title
from oncall.messages.locale import nearest
from oncall.text import clean

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from oncall.incident import Incident

#: Characters. With severity, account and a usual link, three parts.
MAX_TITLE_LENGTH = 120
MAX_ACCOUNT_LENGTH = 40


def text_message(
    incidents: Sequence[Incident], language: str, account_names: Mapping[str, str]
) -> str:
    """Return the text about the incidents of a call, without the link to the first of them.

    It begins with "Callout", so that people recognize it whatever number it comes from.
    """
    words, incident = nearest(language), incidents[0]
    sentence = "several" if len(incidents) > 1 else "severity"
    severity = words.words["severity"][incident.severity]
    first = words.call[sentence].format(count=len(incidents), severity=severity)
    if incident.test:
        first = f"{words.call['test']} {first}"
    title = clean(incident_title(incident, words), MAX_TITLE_LENGTH)
    lines = [f"Callout: {first}", title]
    if incident.account and incident.account not in title:
        account = account_names.get(incident.account, incident.account)
        lines.append(words.email.labels["account"].format(value=clean(account, MAX_ACCOUNT_LENGTH)))
    # GSM 03.38 has no ellipsis.
    return "\n".join(lines).replace("…", "...")
