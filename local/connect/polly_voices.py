"""The voices that text to speech has, from botocore's own model of Amazon Polly."""

import functools

from botocore.loaders import Loader


@functools.cache
def voice_ids() -> frozenset[str]:
    """Every voice there is, in whichever engine. Which of them Connect has is unverified."""
    shapes = Loader().load_service_model("polly", "service-2")["shapes"]
    return frozenset(shapes["VoiceId"]["enum"])
