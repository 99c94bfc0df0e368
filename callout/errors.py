"""What ends a command."""

from __future__ import annotations

from botocore.exceptions import ClientError

#: Credentials that AWS refuses, whatever is asked for. (AWS General Reference, "Common
#: errors", and STS; services spell it in more than one way.)
REFUSED_CREDENTIALS = {
    "ExpiredToken",
    "ExpiredTokenException",
    "InvalidClientTokenId",
    "InvalidSignatureException",
    "RequestExpired",
    "SignatureDoesNotMatch",
    "UnrecognizedClientException",
}
LONGEST_REASON = 200


class CommandError(Exception):
    """The command cannot do what it was asked to; the text is one line, for the operator."""


def reason(error: Exception) -> str:
    """Say in one line what AWS, or the way to it, answered."""
    if isinstance(error, ClientError):
        said = error.response.get("Error", {})
        text = f"{error.operation_name}: {said.get('Code', '')} {said.get('Message', '')}"
    else:
        text = str(error) or type(error).__name__
    line = " ".join(text.split())
    return line if len(line) <= LONGEST_REASON else f"{line[:LONGEST_REASON]}…"
