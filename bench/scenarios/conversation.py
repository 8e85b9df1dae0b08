"""How soon a spoken turn is answered, how soon an answer stops, and what listening costs, through `freehold serve`.

Callers send speech of known beginning and end as it is spoken, in messages of 40 ms, with a quiet room's noise between;
they share the machine's cores with all that they call. No peer is at hand that holds a whole spoken turn offline. The
peer of what puts the stages together is the sum of those stages: `own` is what the whole takes beyond it.
"""

import asyncio
import statistics
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from bench.case import Case, Cases, Metric, Taken
from bench.peers.conversation import freehold_conversation
from bench.peers.conversation.caller import AUDIO, DONE, STARTED, Caller, CallFailed, Event, calling
from bench.peers.conversation.freehold_conversation import TALKER, WORDS, Server
from bench.peers.conversation.lines import Line, line, require_flite
from bench.peers.conversation.listening import SESSIONS, Cost, Listened, listen
from bench.peers.conversation.vendor import vendor

TARGET = (
    "after a question's last sound the answer's first one reaches the caller within 1,000 ms, 600 ms without the "
    "model, and 20 ms of that are none of the stages'; an answer stops 50 ms after it is told that a voice began; a "
    "core listens to 250 sessions"
)
MODEL_ALLOWED_SECONDS, ALLOWED_SECONDS, OWN_ALLOWED_SECONDS, STOP_ALLOWED_SECONDS = 1.0, 0.6, 0.020, 0.050
SESSIONS_A_CORE = 250
SILENCE_MS = 200
QUESTIONS = (
    "what is the capital of france",
    "how many days are in a week",
    "who wrote romeo and juliet",
    "what is the largest planet",
    "what color is the sky",
)
INTERRUPTION = "please stop, i would like to say something else"
INTERRUPTIONS = 3
INTO_ANSWER_SECONDS = 1.5
AFTER_STOP_SECONDS = 1.0  # in which nothing more of a stopped answer may come
LEAST_SECONDS = 0.010  # shown for what is sooner: a wake-up of the caller may take as long
STAGES = ("silence", "hearing", "words", "thinking", "speaking", "sound", "own")


def cases(folder: Path) -> Cases:
    """Turns, interruptions, and mere listening."""
    require_flite()
    with ExitStack() as stack:
        url = stack.enter_context(vendor(folder / "vendor"))
        server = stack.enter_context(freehold_conversation.start(folder / "freehold", url))
        yield "a spoken turn", partial(_turns, server, "audio/pcm")
        yield "a spoken turn by telephone, G.711", partial(_turns, server, "audio/pcmu")
        yield "a voice over an answer", partial(_interruptions, server)
        yield f"{SESSIONS} sessions listen", partial(_listening, server)


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One question and its answer, in seconds: to the first sound at the caller, and the server's own stages."""

    heard: float
    stages: dict[str, float]

    @property
    def waited_for_model(self) -> float:
        """What of thinking stood in the way: not what passed while the silence had still to prove an end."""
        stages = self.stages
        return min(stages["thinking"], max(stages["words"] + stages["thinking"] - stages["silence"], 0.0))


def _turns(server: Server, audio_format: str) -> Case:
    """The telephone's are told, the others judged."""
    is_judged = audio_format == "audio/pcm"
    seen: list[list[Turn]] = []

    def run() -> dict[str, Taken]:
        turns = asyncio.run(_converse(server, audio_format))
        seen.append(turns)
        return {
            "first sound": _median(turn.heard for turn in turns),
            "first sound without the model": _median(turn.heard - turn.waited_for_model for turn in turns),
            "own work": _median(turn.stages["own"] for turn in turns),
        }

    allowed = {
        "first sound": Taken(amount=MODEL_ALLOWED_SECONDS),
        "first sound without the model": Taken(amount=ALLOWED_SECONDS),
        "own work": Taken(amount=OWN_ALLOWED_SECONDS),
    }
    return Case(
        metrics=tuple(Metric(name=name, floor=1.0 if is_judged else 0.0) for name in allowed),
        ours=run,
        peers={"allowed": lambda: allowed},
        notes=lambda: _told([turn for turns in seen[1:] for turn in turns]),
    )


async def _converse(server: Server, audio_format: str) -> list[Turn]:
    """All questions in one call; its first turn warms the session up and does not count."""
    audio: dict[str, Any] = {
        "input": {"format": {"type": audio_format}, **_listening_for(SILENCE_MS), **_written_by("pocketsphinx")},
        "output": {"format": {"type": audio_format}},
    }
    lines = [line(text, audio_format) for text in (QUESTIONS[0], *QUESTIONS)]
    async with calling(server, "starter", {"audio": audio}, audio_format) as caller:
        return [await _turn(caller, each) for each in lines][1:]


async def _turn(caller: Caller, said: Line) -> Turn:
    """Ask, hear the whole answer, and let it sound."""
    ends = caller.say(said) + said.voice_ends
    begun: Event | None = None
    seconds = 0.0
    while (event := await caller.next()).type != DONE:
        if event.type == AUDIO:
            begun = begun or event
            seconds += caller.sound_seconds(event)
    if begun is None or event.response["status"] != "completed":
        raise CallFailed(f"'{said.text}' was answered so: {event.response}")
    await caller.listen(max(begun.at + seconds - time.perf_counter(), 0.0) + 0.3)
    timings: dict[str, float] = event.response["freehold"]["timings"]
    return Turn(heard=begun.at - ends, stages={name: timings[f"{name}_ms"] / 1000 for name in STAGES})


def _told(turns: Sequence[Turn]) -> list[str]:
    """Stage by stage."""
    columns = {"at the caller": [turn.heard for turn in turns]}
    columns |= {name: [turn.stages[name] for turn in turns] for name in STAGES}
    alone = statistics.median(turn.stages["sound"] - turn.stages["own"] for turn in turns)
    return [
        f"{len(turns)} turns, median and p95: " + ", ".join(f"{name} {_spread(of)}" for name, of in columns.items()),
        f"the stages alone, one upon another as they ran, take {alone * 1000:.0f} ms at the median",
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """One interruption, in seconds from the voice's true beginning."""

    told: float  # that a voice began
    stopped: float  # the last event of the answer


def _interruptions(server: Server) -> Case:
    """Only how soon the stop follows detection is judged; detection and the way by words are told."""
    by_sound: list[Stop] = []
    by_words: list[Stop] = []

    def run() -> dict[str, Taken]:
        found = asyncio.run(_interrupt(server, _listening_for(500)))
        by_sound.extend(found)
        semantic = {"turn_detection": {"type": "semantic_vad", "create_response": False, "interrupt_response": True}}
        by_words.extend(asyncio.run(_interrupt(server, semantic)))
        return {"to the stop": _median(max(stop.stopped - stop.told, LEAST_SECONDS) for stop in found)}

    def notes() -> list[str]:
        after = [stop.stopped - stop.told for stop in by_sound]
        return [
            f"server_vad, {len(by_sound)} interruptions: a voice's beginning is told after "
            f"{_spread([stop.told for stop in by_sound])}, the answer's last event comes after "
            f"{_spread([stop.stopped for stop in by_sound])}; the last event comes {min(after) * 1000:.1f} to "
            f"{max(after) * 1000:.1f} ms after the news of the voice",
            f"semantic_vad with PocketSphinx, {len(by_words)} interruptions: the answer's last event comes after "
            f"{_spread([stop.stopped for stop in by_words])}",
        ]

    return Case(
        metrics=(Metric(name="to the stop", floor=1.0),),
        ours=run,
        peers={"allowed": lambda: {"to the stop": Taken(amount=STOP_ALLOWED_SECONDS)}},
        notes=notes,
    )


async def _interrupt(server: Server, detection: dict[str, Any]) -> list[Stop]:
    """Speak into long answers of the vendor's; nothing is answered to that."""
    audio = {"input": {**_without_answers(detection), **_written_by("pocketsphinx")}}
    said = line(INTERRUPTION)
    stops: list[Stop] = []
    async with calling(server, TALKER, {"audio": audio}) as caller:
        for _ in range(INTERRUPTIONS):
            await caller.send({"type": "response.create"})
            answer = (await caller.until(AUDIO)).of_response
            await caller.listen(INTO_ANSWER_SECONDS)
            begins = caller.say(said) + said.voice_begins
            heard: list[Event] = []
            while {DONE, STARTED} - {event.type for event in heard}:
                heard.append(await caller.next())
            heard += await caller.listen(AFTER_STOP_SECONDS)
            told = next(event for event in heard if event.type == STARTED)
            last = [event for event in heard if event.of_response == answer][-1]
            if last.type != DONE or last.response["status"] != "cancelled":
                raise CallFailed(f"the answer was not stopped: {last.type} {last.response}")
            stops.append(Stop(told=told.at - begins, stopped=last.at - begins))
            if not any(event.type == "input_audio_buffer.committed" for event in heard):
                await caller.until("input_audio_buffer.committed")
            await caller.listen(AFTER_STOP_SECONDS)
    return stops


class Sessions(Metric):
    """A metric of processor seconds for a second of one session's sound."""

    def show(self, amount: float) -> str:
        """How many a core bears."""
        return f"{1 / amount:,.0f} sessions a core"


def _listening(server: Server) -> Case:
    """Half of the sound is speech. The words come from the vendor, and asking for them is the worker's cost, too."""
    seen: list[Listened] = []

    def run() -> dict[str, Taken]:
        seen.append(asyncio.run(listen(server, _listening_settings())))
        return {"the worker": Taken(amount=seen[-1].speech.worker)}

    def cost(of: Callable[[Listened], Cost]) -> str:
        costs = [of(each) for each in seen[1:]]
        worker, gateway = (statistics.median(getattr(each, name) for each in costs) for name in ("worker", "server"))
        return f"worker {worker * 1000:.2f} ms, server {gateway * 1000:.2f} ms"

    def notes() -> list[str]:
        first = seen[0]  # later ones take what these left
        return [
            f"processor for a second of speech and a quiet room in turn: {cost(lambda each: each.speech)}, asking for "
            "words included in both",
            f"of a quiet room alone, where the server only passes frames on: {cost(lambda each: each.quiet)}",
            f"of a microphone that is switched off: {cost(lambda each: each.muted)}",
            f"resident for each session: worker {first.worker_bytes / 1000:,.0f} kB, server "
            f"{first.server_bytes / 1000:,.0f} kB",
        ]

    return Case(
        metrics=(Sessions(name="the worker", floor=1.0),),
        ours=run,
        peers={"allowed": lambda: {"the worker": Taken(amount=1 / SESSIONS_A_CORE)}},
        notes=notes,
    )


def _listening_settings() -> dict[str, Any]:
    return {"audio": {"input": {**_without_answers(_listening_for(500)), **_written_by(WORDS)}}}


def _listening_for(silence_ms: int) -> dict[str, Any]:
    return {"turn_detection": {"type": "server_vad", "silence_duration_ms": silence_ms}}


def _without_answers(detection: dict[str, Any]) -> dict[str, Any]:
    return {"turn_detection": {**detection["turn_detection"], "create_response": False}}


def _written_by(model: str) -> dict[str, Any]:
    return {"transcription": {"model": model}}


def _median(seconds: Any) -> Taken:
    return Taken(amount=statistics.median(seconds))


def _spread(seconds: Sequence[float]) -> str:
    ordered = sorted(seconds)
    return f"{statistics.median(ordered) * 1000:.0f}/{ordered[int(0.95 * (len(ordered) - 1) + 0.5)] * 1000:.0f} ms"
