"""The speech worker: an OpenAI-compatible server around one synthesizer. Holds no logic but HTTP's.

Refuses, with the time after which to try again, what could not begin to sound soon.
"""

from collections.abc import Awaitable, Callable, Mapping
from contextlib import aclosing
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from freehold.contracts.audio.speaking import MEDIA_TYPES, SpeechOrder, read_order, refuse_excess
from freehold.contracts.errors import InvalidRequest, Unavailable
from freehold.foundation.clock import Clock, SystemClock
from freehold.foundation.edge import ByteStream, JsonResponse, read_body, until_disconnect
from freehold.foundation.memory import resident_bytes
from freehold.foundation.tasks import TaskSupervisor
from freehold.foundation.terms import read_terms
from freehold.voice.likeness.imitation import METHOD
from freehold.voice.speaking import measures
from freehold.voice.speaking.answers import as_bytes, as_events
from freehold.voice.speaking.phrase import Reader
from freehold.voice.speaking.phrase_cache import Found, PhraseCache
from freehold.voice.speaking.queue import TurnQueue
from freehold.voice.speaking.reading.script import Script, compose
from freehold.voice.speaking.sample_texts import SENTENCES
from freehold.voice.speaking.studio import Studio
from freehold.voice.speaking.voices import Voices, page, read_wanted
from freehold.voice.synthesizer import Clause, Synthesizer
from freehold.voice.synthesizers import SYNTHESIZERS

MAX_BODY_BYTES = 3 * 1024 * 1024  # a sample of half a minute in base64, and the rest
CLONED = "cloned from a sample"


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeechOptions:
    """`engine` is a name in `SYNTHESIZERS`; `workers` bounds its processes or threads.

    A first clause that could not begin within `waiting_seconds` is refused.
    """

    engine: str
    workers: int
    watermark_key: bytes = field(repr=False)
    cache_bytes: int = 64 * 1024 * 1024
    waiting_seconds: float = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Loaded:
    synthesizer: Synthesizer
    voices: Voices
    turns: TurnQueue
    studio: Studio


class SpeechService:
    """Serves one engine with one model folder. Implements `worker_edge.Service`."""

    def __init__(self, folder: Path, name: str, options: SpeechOptions, clock: Clock | None = None) -> None:
        self._folder = folder
        self._name = name
        self._options = options
        self._clock = clock or SystemClock()
        self._tasks = TaskSupervisor()
        self._cache = PhraseCache(options.cache_bytes, self._tasks)
        self._loaded: _Loaded | None = None
        self.routes = [
            Route("/v1/models", self._models),
            Route("/v1/audio/speech", self._speech, methods=["POST"]),
            Route("/v1/audio/voices", self._voices),
        ]

    async def load(self) -> None:
        """Start the engine and let it say a word. Raises `SetupError` for one that cannot."""
        synthesizer = SYNTHESIZERS[self._options.engine](self._folder, workers=self._options.workers)
        await synthesizer.start()
        turns = TurnQueue(synthesizer.parallel, self._clock, waiting_seconds=self._options.waiting_seconds)
        studio = Studio(synthesizer, turns, self._options.watermark_key, self._clock)
        studio.on_grown = self._cache.watch
        voices = Voices(synthesizer)
        self._loaded = _Loaded(synthesizer=synthesizer, voices=voices, turns=turns, studio=studio)
        await self._warm_up(self._loaded)

    async def _warm_up(self, loaded: _Loaded) -> None:
        """The first sentence of a fresh engine is its slowest; the second one tells its pace."""
        clause = Clause(text=SENTENCES["en"], voice=loaded.synthesizer.default_voice)
        for is_measured in (False, True):
            began = self._clock.monotonic_seconds()
            async with aclosing(loaded.synthesizer.speak(clause)) as pieces:
                async for _ in pieces:
                    pass
            if is_measured:
                loaded.turns.seconds_per_character = (self._clock.monotonic_seconds() - began) / len(clause.text)

    def health(self) -> Mapping[str, Any]:
        """What is loaded and how busy it is."""
        body: dict[str, Any] = {"kind": "speech", "model": self._name, "engine": self._options.engine}
        found = self._cache.found
        body["cache"] = {"hits": found["hit"], "joins": found["join"], "misses": found["miss"]}
        body["cache"] |= {"phrases": len(self._cache), "bytes": self._cache.held_bytes}
        if self._loaded is not None:
            turns = self._loaded.turns
            body |= {"slots": self._loaded.synthesizer.parallel, "waiting": turns.waiting, "running": turns.running}
            body |= {"voices": len(self._loaded.voices), "clones": self._loaded.synthesizer.clones}
            body |= {"memory_bytes": resident_bytes()}
        return body

    async def close(self) -> None:
        """Stop what is being spoken, and the engine."""
        await self._tasks.close()
        if self._loaded is not None:
            await self._loaded.synthesizer.close()

    @property
    def _ready(self) -> _Loaded:
        if self._loaded is None:
            raise Unavailable("The engine is still starting.", hint="Try again shortly.")
        return self._loaded

    async def _models(self, request: Request) -> Response:
        entry = {"id": self._name, "object": "model", "created": 0, "owned_by": "freehold"}
        return JsonResponse({"object": "list", "data": [entry]})

    async def _voices(self, request: Request) -> Response:
        wanted = read_wanted(request.query_params)
        return JsonResponse(page(self._ready.voices, wanted, engine=self._options.engine, model=self._name))

    async def _speech(self, request: Request) -> Response:
        wanted = read_order(await read_body(request, MAX_BODY_BYTES))
        refuse_excess(wanted)
        if wanted.timestamps is not None and wanted.stream_format != "sse":
            hint = "Ask for stream_format sse."
            raise InvalidRequest("timestamps come with events alone.", param="timestamps", hint=hint)
        return await self._answer(request, wanted)

    async def _answer(self, request: Request, wanted: SpeechOrder) -> Response:
        """The sound, from its first moment on. Headers leave with it, so what fails before is an ordinary error."""
        began = self._clock.monotonic_seconds()
        script = compose(wanted, self._ready.voices)
        reader, found = self._follow(request, script)
        measures.CHARACTERS.inc(len(wanted.input))
        try:
            await until_disconnect(request, reader.begun())
        except BaseException:
            reader.leave()
            raise
        measures.FIRST_AUDIO.observe(self._clock.monotonic_seconds() - began)
        headers = {
            "x-freehold-voice": script.voice.strip().encode("ascii", "replace").decode(),
            "x-freehold-cache": found,
        }
        if script.reference is not None:
            headers["x-freehold-voice-method"] = CLONED if self._ready.synthesizer.clones else METHOD
        headers |= {} if found == "hit" else {"server-timing": _timing(reader)}
        if wanted.stream_format == "sse":
            return ByteStream(as_events(reader, wanted, script, found), close=_leave(reader), headers=headers)
        media_type = MEDIA_TYPES[wanted.audio_format]
        body = as_bytes(reader, wanted)
        return ByteStream(body, close=_leave(reader), media_type=media_type, headers=headers)

    def _follow(self, request: Request, script: Script) -> tuple[Reader, Found]:
        """Join the same phrase, or have it made. Raises `RateLimited`."""
        loaded = self._ready
        terms = read_terms(request.headers, self._clock)
        key = (self._options.engine, self._name, terms.tenant, script.key)
        joined = self._cache.join(key)
        if joined is not None:
            return joined
        loaded.turns.admit(terms.tenant, len(script.lines[0].clause.text))
        return self._cache.begin(key, partial(loaded.studio.perform, script, terms))


def _leave(reader: Reader) -> Callable[[], Awaitable[None]]:
    async def leave() -> None:
        reader.leave()

    return leave


def _timing(reader: Reader) -> str:
    cost = reader.phrase.cost
    return f"queue;dur={cost.queue_seconds * 1000:.1f}, engine;dur={cost.first_seconds * 1000:.1f}"
