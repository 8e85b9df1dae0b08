"""What kind of model answers which endpoint, and what kind a server's model is by its name.

A server beside us does not say what its models are for. The kind is for lists alone, so that a voice is not offered to
chat with: whatever a provider's model is taken for, every request for it is sent.
"""

import re
from collections.abc import Mapping

from freehold.contracts.models import ModelKind

# Endpoints that only models of one kind answer; every other one is for chat models.
KINDS: Mapping[str, ModelKind] = {
    "embeddings": "embedding",
    "rerank": "rerank",
    "audio/speech": "speech",
    "audio/transcriptions": "transcription",
    "audio/translations": "transcription",
    "audio/effects": "sound",
    "content_provenance_checks": "sound",
    "audio/speaker_match": "sound",
    "audio/voice_profile": "sound",
}

# Words that the field's names are made of: gpt-4o-mini-tts, aura-2-thalia-en, eleven_v3; whisper-large-v3, scribe_v1,
# nova-3 (of Deepgram's; nova-pro is for chat); text-embedding-3-small, nomic-embed-text; rerank-v3.5, bge-reranker.
NAMES: Mapping[ModelKind, re.Pattern[str]] = {
    "speech": re.compile(r"\b(tts|aura|eleven|kokoro|piper)\b"),
    "transcription": re.compile(r"\b(whisper|transcribe|scribe|stt|asr|nova (2|3))\b"),
    "rerank": re.compile(r"\brerank(er)?\b"),
    "embedding": re.compile(r"\b(embed|embedding|embeddings)\b"),
}


def kind_by_name(model: str) -> ModelKind:
    """The kind that a provider's name for a model says; chat where it says none."""
    words = re.sub(r"[\W_]+", " ", model.lower())
    for kind, pattern in NAMES.items():
        if pattern.search(words):
            return kind
    return "chat"
