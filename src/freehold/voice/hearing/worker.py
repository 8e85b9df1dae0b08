"""The transcription worker: an OpenAI-compatible server around one transcriber. Holds no logic but HTTP's.

Refuses, with the time after which to try again, what would wait too long for its turn.
"""

from collections.abc import AsyncGenerator, Awaitable, Callable, Generator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from prometheus_client import Counter, Gauge, Histogram
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from freehold.contracts.audio.hearing import TranscriptionRequest, read_transcription
from freehold.contracts.audio.transcripts import render
from freehold.contracts.errors import InvalidRequest, RateLimited, Unavailable
from freehold.contracts.forms import Upload
from freehold.foundation.clock import Clock, SystemClock
from freehold.foundation.edge import ByteStream, JsonResponse, read_body, until_disconnect
from freehold.foundation.memory import resident_bytes
from freehold.foundation.telemetry import METRICS
from freehold.foundation.terms import Terms, read_terms
from freehold.voice.codecs.decoding import Decoder
from freehold.voice.hearing.account import Account
from freehold.voice.hearing.engine import Engine
from freehold.voice.hearing.line import Job, Line
from freehold.voice.hearing.transcription import Hears, Prepared, hear, prepare
from freehold.voice.transcriber import Wish

MAX_UPLOADS = 64
DECODERS = 2  # a long file leaves one to the others
STREAMED = frozenset({"json", "text", "diarized_json"})
WORDED = frozenset({"srt", "vtt", "diarized_json"})

SECONDS = Counter("freehold_transcription_seconds", "Seconds of speech that engines heard.", registry=METRICS)
REQUESTS = Gauge("freehold_transcription_requests", "Recordings being decoded, waiting or heard.", registry=METRICS)
FACTOR = Gauge("freehold_transcription_real_time_factor", "Engine seconds per second of speech.", registry=METRICS)
WAITED = Histogram(
    "freehold_transcription_wait_seconds", "Seconds that a recording waited for turns.", registry=METRICS
)

NO_FILE = Upload(data=b"")

Task = Literal["transcribe", "translate"]


@dataclass(frozen=True, slots=True, kw_only=True)
class TranscriptionOptions:
    """`engine` is a name in `TRANSCRIBERS`; `workers` are its processes, of so many `threads` each.

    `max_seconds` bounds a recording, `max_body_bytes` its form.
    """

    engine: str
    workers: int
    threads: int
    max_seconds: float = 4 * 3600.0
    max_body_bytes: int = 256 * 1024 * 1024


class TranscriptionService:
    """Serves one engine with one model folder. Implements `worker_edge.Service`."""

    def __init__(
        self,
        folder: Path,
        name: str,
        options: TranscriptionOptions,
        *,
        engine: Hears | None = None,
        clock: Clock | None = None,
    ) -> None:
        self._name = name
        self._options = options
        self._clock = clock or SystemClock()
        own = Engine(options.engine, folder, workers=options.workers, threads=options.threads)
        self._engine: Hears = engine or own
        self._line = Line(own.workers, self._clock)
        self._decoder = Decoder(workers=DECODERS, max_seconds=options.max_seconds, max_bytes=options.max_body_bytes)
        self._uploads = 0
        self._is_loaded = False
        self.routes = [
            Route("/v1/models", self._models),
            Route("/v1/audio/transcriptions", self._transcribe, methods=["POST"]),
            Route("/v1/audio/translations", self._translate, methods=["POST"]),
        ]

    async def load(self) -> None:
        """Load the model and start the decoder. Raises `SetupError` with the fix."""
        await self._decoder.start()
        await self._engine.start()
        self._is_loaded = True

    def health(self) -> Mapping[str, Any]:
        """What is loaded and how busy it is."""
        line = self._line
        body: dict[str, Any] = {"kind": "transcription", "model": self._name, "engine": self._options.engine}
        body |= {"slots": line.slots, "waiting": line.waiting, "real_time_factor": round(line.factor, 4)}
        body["running"] = [
            {"seconds": round(job.seconds, 1), "done_seconds": round(job.done_seconds, 1)} for job in line.jobs
        ]
        if self._is_loaded:
            body |= {"languages": list(self._engine.facts.languages), "memory_bytes": resident_bytes()}
        return body

    async def close(self) -> None:
        """End the engine and the decoder."""
        await self._engine.close()
        await self._decoder.close()

    async def _models(self, request: Request) -> Response:
        entry = {"id": self._name, "object": "model", "created": 0, "owned_by": "freehold"}
        return JsonResponse({"object": "list", "data": [entry]})

    async def _transcribe(self, request: Request) -> Response:
        return await self._respond(request, "transcribe")

    async def _translate(self, request: Request) -> Response:
        return await self._respond(request, "translate")

    async def _respond(self, request: Request, task: Task) -> Response:
        """Everything up to the first word is an ordinary error; a stream ends with an error event after it."""
        terms = read_terms(request.headers, self._clock)
        with ExitStack() as held:
            held.enter_context(self._counted())
            wanted = await self._read(request)
            wish = self._wish(wanted, task)
            prepared = await until_disconnect(request, prepare(wanted, self._decoder, self._clock))
            held.callback(prepared.recording.close)
            wanted = replace(wanted, audio=NO_FILE)  # who waits in the line does not hold the file as well
            job = held.enter_context(self._admitted(terms, prepared))
            account = Account(wanted, wish, prepared, job)
            heard = hear(prepared, self._engine, wish, self._line, job)
            if wanted.stream:
                events = account.events(heard)
                first = await until_disconnect(request, anext(events))
                close = _later(events, held.pop_all())
                return ByteStream(_from(first, events), close=close, headers=_headers(prepared, job))
            transcript = await until_disconnect(request, account.fill(heard))
            media_type, content = render(transcript, wanted)
            return Response(content, media_type=media_type, headers=_headers(prepared, job))

    async def _read(self, request: Request) -> TranscriptionRequest:
        body = await read_body(request, self._options.max_body_bytes)
        return read_transcription(body, request.headers.get("content-type", ""))

    @contextmanager
    def _counted(self) -> Generator[None]:
        """Bounds the recordings that are held. Raises `RateLimited`, and `Unavailable` before the model is there."""
        if not self._is_loaded:
            raise Unavailable("The model is still loading.", hint="Try again shortly.")
        if self._uploads >= MAX_UPLOADS:
            text = f"{self._uploads} recordings are being heard."
            raise RateLimited(text, hint="Try again shortly.", retry_after_seconds=1)
        self._uploads += 1
        REQUESTS.inc()
        try:
            yield
        finally:
            self._uploads -= 1
            REQUESTS.dec()

    @contextmanager
    def _admitted(self, terms: Terms, prepared: Prepared) -> Generator[Job]:
        job = Job(
            tenant=terms.tenant,
            seconds=prepared.speech_seconds,
            deadline_seconds=terms.deadline_seconds,
            priority=terms.priority,
        )
        with self._line.admitted(job):
            try:
                yield job
            finally:
                SECONDS.inc(job.done_seconds)
                WAITED.observe(job.waited_seconds)
                FACTOR.set(self._line.factor)

    def _wish(self, wanted: TranscriptionRequest, task: Task) -> Wish:
        """What the engine is asked. Raises `InvalidRequest` for what it cannot do."""
        _refuse(wanted, task)
        facts = self._engine.facts
        language = _primary(wanted.language)
        if language is not None and language not in facts.languages:
            known = ", ".join(facts.languages[:12]) + (" …" if len(facts.languages) > 12 else "")
            hint = f"It knows {known}. A Whisper model, once imported, knows about a hundred languages."
            raise InvalidRequest(
                f"'{self._name}' does not understand '{wanted.language}'.", param="language", hint=hint
            )
        if task == "translate" and not facts.translates:
            if list(facts.languages) != ["en"]:
                text = f"'{self._name}' does not translate."
                raise InvalidRequest(text, param="model", hint="Import a Whisper model that does.")
            task = "transcribe"  # what is English already
        words = wanted.response_format in WORDED or "word" in wanted.granularities or wanted.logprobs
        return Wish(
            task=task,
            language=language,
            prompt=wanted.prompt,
            keywords=tuple(wanted.keywords),
            temperature=wanted.temperature,
            words=words,
        )


def _refuse(wanted: TranscriptionRequest, task: Task) -> None:
    """Raise `InvalidRequest` for parameters that do not go together."""
    if wanted.stream and wanted.response_format not in STREAMED:
        hint = f"Ask for {', '.join(sorted(STREAMED))}."
        raise InvalidRequest(f"{wanted.response_format} is not streamed.", param="stream", hint=hint)
    if wanted.known_speakers and not wanted.tells_speakers:
        hint = "Ask for the response_format diarized_json."
        raise InvalidRequest("Speakers are told in diarized_json alone.", param="known_speaker_names", hint=hint)
    if task == "translate" and wanted.tells_speakers:
        raise InvalidRequest("A translation does not tell speakers.", param="response_format")


def _primary(language: str | None) -> str | None:
    """The ISO 639-1 code at the start of a tag such as en-US."""
    return language.replace("_", "-").split("-")[0].lower() if language else None


def _headers(prepared: Prepared, job: Job) -> dict[str, str]:
    """The stages' seconds so far: of a stream, those until its first event."""
    spent = {"decode": prepared.timing.decode, "vad": prepared.timing.vad}
    spent["queue"] = job.waited_seconds
    if job.machine_seconds:
        spent["engine"] = job.machine_seconds
    return {
        "x-freehold-audio-seconds": f"{prepared.recording.seconds:.3f}",
        "server-timing": ", ".join(f"{stage};dur={seconds * 1000:.1f}" for stage, seconds in spent.items()),
    }


async def _from(first: bytes, events: AsyncGenerator[bytes]) -> AsyncGenerator[bytes]:
    yield first
    async for event in events:
        yield event


def _later(events: AsyncGenerator[bytes], held: ExitStack) -> Callable[[], Awaitable[None]]:
    """Ends the hearing before it lets go of what it uses, even where nobody has read the events."""

    async def close() -> None:
        with held:
            await events.aclose()

    return close
