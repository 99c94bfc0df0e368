"""The voices of text to speech, from botocore's own model of Amazon Polly."""

import functools

from botocore.loaders import Loader


@functools.cache
def voice_ids() -> frozenset[str]:
    """Every voice, of any engine. Which of them Connect supports is unverified."""
    shapes = Loader().load_service_model("polly", "service-2")["shapes"]
    return frozenset(shapes["VoiceId"]["enum"])
