"""What was heard so far, as it grows: the transcript at its end, and OpenAI's events on the way. Knows no HTTP.

Events are `transcript.text.delta`, for who asks for speakers `transcript.text.segment` after the text of each, and
`transcript.text.done`.
Source: openai 3.52.0, `types/audio/transcription_text_*_event.py`. The usage of `done` is of the type tokens there, of
which we count none; the seconds stand beside them.
"""

from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing
from typing import Any

import msgspec

from freehold.contracts.audio.captions import Segment, Word
from freehold.contracts.audio.hearing import TranscriptionRequest
from freehold.contracts.audio.transcripts import SpeakerLabels, Transcript, diarized_segment, logprobs, usage
from freehold.contracts.errors import FreeholdError
from freehold.contracts.wire import SSE_DONE, sse_event
from freehold.foundation.edge import error_body
from freehold.voice.hearing.line import Job
from freehold.voice.hearing.transcription import Heard, Prepared
from freehold.voice.transcriber import Wish


class Account:
    """One recording's. `add` what is heard, in order."""

    def __init__(self, request: TranscriptionRequest, wish: Wish, prepared: Prepared, job: Job) -> None:
        self._request, self._wish = request, wish
        self._prepared, self._job = prepared, job
        names = prepared.speakers.names if prepared.speakers else {}
        self._names = {str(speaker): name for speaker, name in names.items()}
        self._labels = SpeakerLabels(self._names)
        self._text: list[str] = []
        self._language = ""
        self._words: list[Word] = []
        self._parts: list[Segment] = []
        self._measured: list[Segment] = []

    async def fill(self, heard: AsyncGenerator[Heard]) -> Transcript:
        """All of it."""
        async with aclosing(heard):
            async for each in heard:
                self._add(each)
        return self.transcript

    async def events(self, heard: AsyncGenerator[Heard]) -> AsyncGenerator[bytes]:
        """All of it, as it is found. What breaks off ends with an error event, before any other it raises the error."""
        begun = False
        try:
            async with aclosing(heard):
                async for each in heard:
                    for event in self._told(each):
                        begun = True
                        yield _event(event)
        except FreeholdError as error:
            if not begun:
                raise
            yield _event(error_body(error))
            return
        transcript = self.transcript
        told = usage(transcript) | {"type": "tokens", "input_tokens": 0, "output_tokens": 0, "total_tokens": 0}
        done: dict[str, Any] = {"type": "transcript.text.done", "text": transcript.text, "usage": told}
        if self._request.logprobs:
            done["logprobs"] = logprobs(transcript.words)
        yield _event(done)
        yield SSE_DONE

    @property
    def transcript(self) -> Transcript:
        """What was heard so far."""
        return Transcript(
            text="".join(self._text),
            language=self._language or self._wish.language or "",
            seconds=self._prepared.recording.seconds,
            words=self._words,
            parts=self._parts,
            measured=self._measured,
            speaker_names=self._names,
            task=self._wish.task,
            machine_seconds=self._job.machine_seconds,
        )

    def _told(self, heard: Heard) -> Iterator[dict[str, Any]]:
        begins, first = not self._text, len(self._parts)
        self._add(heard)
        delta: dict[str, Any] = {"type": "transcript.text.delta", "delta": heard.delta}
        if self._request.logprobs:
            delta["logprobs"] = logprobs(heard.words, begins=begins)
        if self._request.tells_speakers and len(heard.parts) == 1:
            delta["segment_id"] = f"seg_{first}"
        yield delta
        if self._request.tells_speakers:
            for at, part in enumerate(heard.parts, first):
                yield diarized_segment(at, part, self._labels.of(part.speaker))

    def _add(self, heard: Heard) -> None:
        self._text.append(heard.delta)
        self._language = self._language or heard.language
        self._words += heard.words
        self._parts += heard.parts
        self._measured += heard.measured


def _event(body: dict[str, Any]) -> bytes:
    return sse_event(msgspec.json.encode(body))
