"""What a Freehold server offers to Wyoming's clients: which models answer, in which languages, with which voices.

Home Assistant shows voices by language and asks for one by its name. A server may have thousands of voices, so espeak's
presets are thinned to one per language; any other can be asked for all the same.
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing, suppress
from dataclasses import dataclass

from wyoming.info import AsrModel, AsrProgram, Attribution, Info, TtsProgram, TtsVoice

from freehold import __version__
from freehold.cli.sound_client import SoundClient, Voice
from freehold.contracts.errors import FreeholdError, ModelNotFound, ProviderTimeout, SetupError, Unavailable
from freehold.foundation.clock import Clock
from freehold.foundation.tasks import TaskSupervisor

FRESH_SECONDS = 60.0
START_ATTEMPTS = 8  # to ask a model that is starting, for 15 s each
MAX_VOICES = 300
STARTER, LANGUAGES_OF_STARTER = "pocketsphinx", ("en",)
# Every speech model of this server takes these names, and so do many others' servers.
OPENAI_VOICES = ("alloy", "ash", "ballad", "cedar", "coral", "echo", "fable")
OPENAI_VOICES += ("marin", "nova", "onyx", "sage", "shimmer", "verse")
# Of OpenAI's Whisper (github.com/openai/whisper, tokenizer.py).
WHISPER = """
af am ar as az ba be bg bn bo br bs ca cs cy da de el en es et eu fa fi fo fr gl gu ha haw he hi hr ht hu hy id is it ja
jw ka kk km kn ko la lb ln lo lt lv mg mi mk ml mn mr ms mt my ne nl nn no oc pa pl ps pt ro ru sa sd si sk sl sn so sq
sr su sv sw ta te tg th tk tl tr tt uk ur uz vi yi yo zh
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What the operator chose. An empty model is the first that the server lists; `languages` are the transcriber's."""

    speech_model: str = ""
    transcription_model: str = ""
    voice: str = "alloy"
    languages: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """What is answered to `describe`, and the models behind it. An empty name stands for none."""

    speech_model: str
    transcription_model: str
    info: Info


async def read_offer(client: SoundClient, choice: Choice) -> Offer:
    """What the server has for the key. Raises `SetupError` where that is neither speech nor transcription."""
    speech = choice.speech_model or next(iter(await client.models("speech")), "")
    transcription = choice.transcription_model or next(iter(await client.models("transcription")), "")
    if not speech and not transcription:
        hint = "Check whether the key may use a speech or a transcription model."
        raise SetupError(f"{client.url} lists no model that speaks or listens.", hint=hint)
    info = Info()
    # Wyoming wants an address of everybody who made something; the server's own is the one that is known.
    made_by = Attribution(name="Freehold", url=client.url)
    if transcription:
        languages = list(choice.languages or (LANGUAGES_OF_STARTER if transcription == STARTER else WHISPER.split()))
        info.asr.append(_hearing(transcription, languages, made_by))
    if speech:
        info.tts.append(_speech(speech, await _voices(client, speech), made_by))
    return Offer(speech_model=speech, transcription_model=transcription, info=info)


def _hearing(model: str, languages: list[str], made_by: Attribution) -> AsrProgram:
    known = AsrModel(
        name=model,
        attribution=made_by,
        installed=True,
        description=model,
        version=__version__,
        languages=languages,
    )
    return AsrProgram(
        name="Freehold",
        attribution=made_by,
        installed=True,
        description="Speech to text by a Freehold server",
        version=__version__,
        models=[known],
    )


def _speech(model: str, voices: Sequence[Voice], made_by: Attribution) -> TtsProgram:
    listed = [
        TtsVoice(
            name=voice.id,
            attribution=made_by,
            installed=True,
            description=voice.name or voice.id,
            version=__version__,
            languages=[voice.language or "en"],
        )
        for voice in voices
    ]
    return TtsProgram(
        name="Freehold",
        attribution=made_by,
        installed=True,
        description=f"Text to speech by a Freehold server: {model}",
        version=__version__,
        voices=listed,
        supports_synthesize_streaming=True,
    )


async def _voices(client: SoundClient, model: str) -> Sequence[Voice]:
    """The voices that are shown, once the model has started. One of another server lists none here."""
    for _ in range(START_ATTEMPTS):
        try:
            async with aclosing(client.voices(model)) as voices:
                return await choose_voices(voices)
        except ModelNotFound:
            return _openai_voices()
        except ProviderTimeout:
            continue
    raise Unavailable(f"{client.url} does not tell the voices of '{model}'.", hint="Look at the server's log.")


async def choose_voices(voices: AsyncIterator[Voice]) -> Sequence[Voice]:
    """Real speakers, as many as are shown at all; of presets the first of each language, behind OpenAI's names."""
    speakers: list[Voice] = []
    presets: dict[str, Voice] = {}
    async for voice in voices:
        if voice.kind != "preset":
            speakers.append(voice)
        else:
            presets.setdefault(voice.language, voice)
    named = _openai_voices() if presets or not speakers else []
    return [*speakers, *named, *presets.values()][:MAX_VOICES]


def _openai_voices() -> list[Voice]:
    return [Voice(id=name, language="en") for name in OPENAI_VOICES]


class Service:
    """The server behind the bridge, and what it offers; looked at again in the background once that is old."""

    def __init__(self, client: SoundClient, choice: Choice, offer: Offer, tasks: TaskSupervisor, clock: Clock) -> None:
        self.client = client
        self.choice = choice
        self.offer = offer
        self._tasks = tasks
        self._clock = clock
        self._read_at = self._clock.monotonic_seconds()

    def info(self) -> Info:
        """What is answered to `describe`: at once, as Home Assistant waits a second for it."""
        now = self._clock.monotonic_seconds()
        if now - self._read_at > FRESH_SECONDS:
            self._read_at = now
            self._tasks.start("wyoming offer", self._read())
        return self.offer.info

    async def _read(self) -> None:
        """A server that is away leaves what is known."""
        with suppress(FreeholdError):
            self.offer = await read_offer(self.client, self.choice)
