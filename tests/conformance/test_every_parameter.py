"""Each parameter of OpenAI's is honoured or refused by providers that translate; none is dropped in silence.

Honoured means that the vendor gets something else than without it. Labels change no answer and may stay here.
"""

from collections.abc import AsyncGenerator, Iterator, Mapping
from typing import Any

import pytest
from openai.types.audio.speech_create_params import SpeechCreateParams
from openai.types.audio.transcription_create_params import TranscriptionCreateParamsNonStreaming
from openai.types.chat.completion_create_params import CompletionCreateParamsNonStreaming
from openai.types.embedding_create_params import EmbeddingCreateParams

from conformance.calls import TOOLS, chat, embedding, speech, transcription
from conformance.rig import Rig, endpoints, rig
from conformance.wire import Exchange
from freehold.contracts.errors import UnsupportedParameter
from freehold.gateway.route import PROVIDERS
from vendor_server import Sent

pytestmark = pytest.mark.network

CALLS = {
    "chat/completions": chat,
    "embeddings": embedding,
    "audio/speech": speech,
    "audio/transcriptions": transcription,
}
TYPES: Mapping[str, Any] = {
    "chat/completions": CompletionCreateParamsNonStreaming,
    "embeddings": EmbeddingCreateParams,
    "audio/speech": SpeechCreateParams,
    "audio/transcriptions": TranscriptionCreateParamsNonStreaming,
}
# In every call, or the gateway's own business.
GIVEN = {"model", "messages", "input", "voice", "file", "stream", "stream_options"}
LABELS = {
    "metadata",
    "prompt_cache_key",
    "prompt_cache_options",
    "prompt_cache_retention",
    "safety_identifier",
    "user",
}
# Of the answer's form, which is given here and not by the vendor: there the answers must differ.
RENDERED = {
    ("audio/transcriptions", "response_format"),
    ("audio/transcriptions", "timestamp_granularities"),
    ("embeddings", "encoding_format"),
}
# What others mean nothing without.
NEEDED: Mapping[str, Mapping[str, Any]] = {
    "timestamp_granularities": {"response_format": "verbose_json"},
    "known_speaker_names": {"known_speaker_references": ["data:audio/wav;base64,AA=="]},
    "known_speaker_references": {"known_speaker_names": ["Ann"]},
    "top_logprobs": {"logprobs": True},
    "parallel_tool_calls": {"tools": TOOLS},
    "tool_choice": {"tools": TOOLS},
}
SCHEMA = {"type": "object", "properties": {"a": {"type": "string"}}, "required": ["a"], "additionalProperties": False}

# Values that ask for something; a list of several where it matters.
EXAMPLES: Mapping[str, Mapping[str, Any]] = {
    "chat/completions": {
        "audio": {"format": "mp3", "voice": "alloy"},
        "frequency_penalty": 0.5,
        "function_call": "auto",
        "functions": [{"name": "weather", "parameters": {"type": "object"}}],
        "logit_bias": {"50256": -100},
        "logprobs": True,
        "max_completion_tokens": 40,
        "max_tokens": 41,
        "metadata": {"team": "a"},
        "modalities": ["text", "audio"],
        "moderation": {"type": "auto"},
        "n": 2,
        "parallel_tool_calls": False,
        "prediction": {"type": "content", "content": "Hi"},
        "presence_penalty": 0.5,
        "prompt_cache_key": "k",
        "prompt_cache_options": {"type": "explicit"},
        "prompt_cache_retention": "24h",
        "reasoning_effort": "high",
        "response_format": {"type": "json_schema", "json_schema": {"name": "a", "schema": SCHEMA}},
        "safety_identifier": "s",
        "seed": 7,
        "service_tier": "flex",
        "stop": ["END"],
        "store": True,
        "temperature": 0.3,
        "tool_choice": "required",
        "tools": [*TOOLS, {"type": "function", "function": {"name": "time"}}],
        "top_logprobs": 3,
        "top_p": 0.4,
        "user": "u",
        "verbosity": "low",
        "web_search_options": {"search_context_size": "low"},
    },
    "embeddings": {"dimensions": 2, "encoding_format": "base64", "user": "u"},
    "audio/speech": {"instructions": "Whisper.", "response_format": "pcm", "speed": 1.5, "stream_format": "sse"},
    "audio/transcriptions": {
        "chunking_strategy": '{"type": "server_vad", "silence_duration_ms": 900}',
        "include": ["logprobs"],
        "keywords": ["Freehold"],
        "known_speaker_names": ["Ann"],
        "known_speaker_references": ["data:audio/wav;base64,AA=="],
        "language": "fr",
        "languages": ["fr"],
        "prompt": "Names: Ann.",
        "response_format": "diarized_json",
        "temperature": "0.5",
        "timestamp_granularities": ["word"],
    },
}


def _asked() -> Iterator[Any]:
    for kind, _, exchange in endpoints():
        if not exchange.passes_through:
            for name in [*EXAMPLES[exchange.endpoint], "an_unheard_of_parameter"]:
                yield pytest.param((kind, exchange, name), id=f"{kind}-{exchange.endpoint}-{name}")


@pytest.fixture
async def running(asked: tuple[Any, ...]) -> AsyncGenerator[Rig]:
    async with rig(PROVIDERS[asked[0]]) as opened:
        yield opened


@pytest.mark.parametrize("endpoint", list(TYPES))
def test_every_parameter_that_openais_package_knows_is_tried(endpoint: str) -> None:
    known = TYPES[endpoint].__required_keys__ | TYPES[endpoint].__optional_keys__
    assert set(EXAMPLES[endpoint]) == known - GIVEN


@pytest.mark.parametrize("asked", list(_asked()))
async def test_a_parameter_is_honoured_or_refused(running: Rig, asked: tuple[str, Exchange, str]) -> None:
    _, exchange, name = asked
    call, model = CALLS[exchange.endpoint], exchange.call.model
    needed = NEEDED.get(name, {})
    value = EXAMPLES[exchange.endpoint].get(name, "anything")
    running.vendor.plan += [exchange.answer, exchange.answer]
    try:
        _, answer = await running.whole(call(model, **needed, **{name: value}))
    except UnsupportedParameter:
        return
    _, plain = await running.whole(call(model, **needed))
    with_it, without = running.vendor.sent
    if (exchange.endpoint, name) in RENDERED:
        assert answer != plain
    else:
        assert _essence(with_it) != _essence(without) or name in LABELS


def _essence(sent: Sent) -> tuple[str, Any, bytes]:
    """What of a request asks for something; a form's boundary does not."""
    boundary = sent.headers["content-type"].partition("boundary=")[2].encode()
    body = sent.body.replace(boundary, b"") if boundary else sent.body
    return sent.path, sorted(sent.query), body
