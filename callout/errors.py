"""The error that ends a command, and descriptions of AWS errors."""

from botocore.exceptions import ClientError

#: Error codes for credentials that AWS rejects in any request (AWS General Reference, "Common
#: errors", and STS; spellings differ between services).
REJECTED_CREDENTIALS = {
    "ExpiredToken",
    "ExpiredTokenException",
    "InvalidClientTokenId",
    "InvalidSignatureException",
    "RequestExpired",
    "SignatureDoesNotMatch",
    "UnrecognizedClientException",
}
MAX_DESCRIPTION_LENGTH = 200


class CommandError(Exception):
    """The command cannot do what was requested; the text is one line, for the operator."""


def describe_error(error: Exception) -> str:
    """Return an AWS or connection error in one line."""
    if isinstance(error, ClientError):
        details = error.response.get("Error", {})
        text = f"{error.operation_name}: {details.get('Code', '')} {details.get('Message', '')}"
    else:
        text = str(error) or type(error).__name__
    line = " ".join(text.split())
    if len(line) <= MAX_DESCRIPTION_LENGTH:
        return line
    return f"{line[:MAX_DESCRIPTION_LENGTH]}…"
