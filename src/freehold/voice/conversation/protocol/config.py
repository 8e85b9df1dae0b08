"""What a realtime session is set to, and how `session.update` changes it. A value: every change makes another one.

Source: openai 3.52.0, `types/realtime/session_update_event.py`. Beyond OpenAI's is `audio.output.model`, the model that
speaks. What is not OpenAI's is refused, as OpenAI does. Decided by field:
- MCP tools: `UnsupportedParameter`, nothing here calls them, and the model would miss tools that were promised;
- `include`: `UnsupportedParameter`, a turn is heard in parts whose probabilities are not kept;
- `prompt`: `UnsupportedParameter`, a template that is not applied would change what is said;
- `tracing`: passed over, and shown as null. No trace is written, and nothing that is said depends on it;
- `truncation`, `parallel_tool_calls`, `reasoning`: kept for whoever asks the model.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, TypeVar, cast

import msgspec
from msgspec import UNSET, UnsetType

from freehold.contracts.errors import UnsupportedParameter
from freehold.voice.conversation.protocol.config_values import (
    KINDS,
    AudioFormat,
    NoiseReduction,
    SemanticVad,
    ServerVad,
    TranscriptionWish,
    TurnDetection,
)
from freehold.voice.conversation.protocol.config_wishes import (
    AudioWish,
    FormatWish,
    InputWish,
    OutputWish,
    RetentionRatio,
    SessionWish,
    TurnWish,
    VoiceId,
    read_session,
)
from freehold.voice.conversation.protocol.refusals import Refusal
from freehold.voice.conversation.protocol.tools import (
    Tool,
    ToolChoice,
    read_tool_choice,
    read_tools,
    refuse_unknown_choice,
    remaining_choice,
)

DEFAULT_VOICE = "alloy"
DEFAULT_INSTRUCTIONS = (
    "You are in a spoken conversation: answer in the user's language, in a few short sentences that sound natural when "
    "read aloud, without lists, headings, markup or emoji."
)
INPUT, OUTPUT = "session.audio.input", "session.audio.output"

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """A session's settings. `type` is realtime or transcription; None turns noise reduction, transcription or turn
    detection off; `speech_model` is `audio.output.model`, and chosen by the server where it is empty.
    """

    type: str = "realtime"
    model: str = ""
    instructions: str = DEFAULT_INSTRUCTIONS
    output_modalities: tuple[str, ...] = ("audio",)
    input_format: AudioFormat = AudioFormat()
    noise_reduction: NoiseReduction | None = None
    transcription: TranscriptionWish | None = None
    turn_detection: ServerVad | SemanticVad | None = ServerVad()
    output_format: AudioFormat = AudioFormat()
    voice: str = DEFAULT_VOICE
    speed: float = 1.0
    speech_model: str = ""
    tools: tuple[Tool, ...] = ()
    tool_choice: ToolChoice = "auto"
    max_output_tokens: int | str = "inf"
    truncation: str | Mapping[str, Any] = "auto"
    parallel_tool_calls: bool | None = None
    reasoning_effort: str | None = None

    @property
    def speaks(self) -> bool:
        """Whether answers are spoken."""
        return "audio" in self.output_modalities

    def updated(self, session: Mapping[str, Any], *, voice_locked: bool) -> "Config":
        """The settings after `session` of a `session.update`. Only what is present changes, nested fields too; null,
        and an empty text or list, clear. Raises `InvalidRequest` with the field as `param`; then nothing has changed.
        """
        wish = read_session(session)
        self._refuse_another_kind(wish)
        if wish.prompt:
            hint = "Send the text as session.instructions."
            raise UnsupportedParameter("There are no stored prompts here.", param="session.prompt", hint=hint)
        if wish.include:
            hint = "Ask /v1/audio/transcriptions for them."
            raise UnsupportedParameter(
                "Transcripts come without probabilities here.", param="session.include", hint=hint
            )
        changed = replace(self, **_said(wish), **_sounds(self, wish.audio))
        if wish.tool_choice is UNSET:
            changed = replace(changed, tool_choice=remaining_choice(changed.tools, changed.tool_choice))
        if voice_locked and changed.voice != self.voice:
            text = "Cannot update a conversation's voice if assistant audio is present."
            raise Refusal(text, code="cannot_update_voice", param=f"{OUTPUT}.voice", hint="Open another session.")
        refuse_unknown_choice(changed.tools, changed.tool_choice, "session.tool_choice")
        return changed

    def as_json(self, session_id: str, expires_at: int) -> dict[str, Any]:
        """The session object of `session.created` and `session.updated`. `expires_at` in seconds since 1970."""
        audio_in = {
            "format": self.input_format.as_json(),
            "noise_reduction": _shown(self.noise_reduction),
            "transcription": self.transcription and self.transcription.as_json(),
            "turn_detection": _shown(self.turn_detection),
        }
        head = {"type": self.type, "id": session_id, "expires_at": expires_at, "include": None}
        if self.type == "transcription":
            return head | {"object": "realtime.transcription_session", "audio": {"input": audio_in}}
        audio_out = {"format": self.output_format.as_json(), "voice": self.voice, "speed": self.speed}
        if self.speech_model:
            audio_out["model"] = self.speech_model
        return head | {
            "object": "realtime.session",
            "model": self.model,
            "output_modalities": list(self.output_modalities),
            "instructions": self.instructions,
            "tools": [dict(tool) for tool in self.tools],
            "tool_choice": self.tool_choice,
            "max_output_tokens": self.max_output_tokens,
            "truncation": self.truncation,
            "tracing": None,
            "prompt": None,
            "audio": {"input": audio_in, "output": audio_out},
            **self._thinking(),
        }

    def _thinking(self) -> dict[str, Any]:
        shown: dict[str, Any] = {}
        if self.parallel_tool_calls is not None:
            shown["parallel_tool_calls"] = self.parallel_tool_calls
        if self.reasoning_effort is not None:
            shown["reasoning"] = {"effort": self.reasoning_effort}
        return shown

    def _refuse_another_kind(self, wish: SessionWish) -> None:
        if wish.type is not UNSET and wish.type != self.type:
            text = f"This is a {self.type} session, and stays one."
            raise Refusal(text, param="session.type", hint="Open another session.")
        if wish.model and self.model and wish.model != self.model:
            text = f"The session's model is '{self.model}', and stays so."
            raise Refusal(text, code="cannot_update_model", param="session.model", hint="Open another session.")
        if self.type != "transcription":
            return
        for name in wish.__struct_fields__:
            if name not in ("type", "audio", "include") and getattr(wish, name) is not UNSET:
                raise _unknown(f"session.{name}")
        if wish.audio and wish.audio.output:
            raise _unknown(OUTPUT)


def read_modalities(given: list[Any], param: str) -> tuple[str, ...]:
    """Text or audio; audio, where nothing is said. Raises `Refusal` for both."""
    if len(set(given)) > 1:
        raise Refusal("Answers are audio or text, not both.", param=param, hint="Audio comes with its transcript.")
    return tuple(dict.fromkeys(given)) or ("audio",)


def read_format(given: FormatWish | None, param: str) -> AudioFormat:
    """A format; PCM of 24 kHz where there is none. Raises `Refusal` for a rate that is not the format's."""
    if given is None:
        return AudioFormat()
    if given.rate is not None and given.type != "audio/pcm":
        raise _unknown(f"{param}.rate")
    return AudioFormat(type=given.type)


def voice_name(given: str | VoiceId | None) -> str:
    """The voice's name or id; the usual one where none is given."""
    return (given.id if isinstance(given, VoiceId) else given) or DEFAULT_VOICE


def _said(wish: SessionWish) -> dict[str, Any]:
    """What changes beside the sound."""
    readers: dict[str, Callable[[Any], Any]] = {
        "model": str,
        "instructions": str,
        "max_output_tokens": _as_given,
        "parallel_tool_calls": bool,
        "truncation": _truncation,
        "output_modalities": lambda given: read_modalities(given, "session.output_modalities"),
        "tools": lambda given: read_tools(given, "session.tools"),
        "tool_choice": lambda given: read_tool_choice(given, "session.tool_choice"),
    }
    changes: dict[str, Any] = {}
    for name, reader in readers.items():
        given = getattr(wish, name)
        if given is None and name != "model":
            changes[name] = getattr(_DEFAULT, name)
        elif given is not UNSET and given is not None:
            changes[name] = reader(given)
    if wish.model == "":
        del changes["model"]
    if wish.reasoning is None or wish.reasoning:
        effort = wish.reasoning and wish.reasoning.effort
        if effort is not UNSET:
            changes["reasoning_effort"] = effort
    return changes


def _as_given(given: Any) -> Any:
    return given


def _truncation(given: str | RetentionRatio) -> str | Mapping[str, Any]:
    return msgspec.to_builtins(given) if isinstance(given, RetentionRatio) else given


def _sounds(config: Config, audio: AudioWish | UnsetType | None) -> dict[str, Any]:
    changes: dict[str, Any] = {}
    if audio and audio.input:
        changes |= _heard(config, audio.input)
    if audio and audio.output:
        changes |= _spoken(audio.output)
    return changes


def _heard(config: Config, wish: InputWish) -> dict[str, Any]:
    changes: dict[str, Any] = {}
    if wish.format is not UNSET:
        changes["input_format"] = read_format(wish.format, f"{INPUT}.format")
    if wish.noise_reduction is not UNSET:
        base = config.noise_reduction or NoiseReduction()
        changes["noise_reduction"] = _merged(base, wish.noise_reduction, f"{INPUT}.noise_reduction")
    if wish.transcription is not UNSET:
        base = config.transcription or TranscriptionWish()
        changes["transcription"] = _merged(base, wish.transcription, f"{INPUT}.transcription")
    if wish.turn_detection is not UNSET:
        changes["turn_detection"] = _turns(config.turn_detection, wish.turn_detection)
    return changes


def _spoken(wish: OutputWish) -> dict[str, Any]:
    changes: dict[str, Any] = {}
    if wish.format is not UNSET:
        changes["output_format"] = read_format(wish.format, f"{OUTPUT}.format")
    if wish.voice is not UNSET:
        changes["voice"] = voice_name(wish.voice)
    if wish.speed is not UNSET:
        changes["speed"] = wish.speed or 1.0
    if wish.model is not UNSET:
        changes["speech_model"] = wish.model or ""
    return changes


def _turns(current: TurnDetection | None, wish: TurnWish | None) -> TurnDetection | None:
    if wish is None:
        return None
    param = f"{INPUT}.turn_detection"
    if wish.type is UNSET and current is None:
        text = f"Missing required parameter: '{param}.type'."
        raise Refusal(text, code="missing_required_parameter", param=f"{param}.type")
    kind = type(current) if wish.type is UNSET else KINDS[wish.type]
    base = current if isinstance(current, kind) else kind()
    return _merged(base, wish, param)


def _merged(base: T, wish: Any, param: str) -> T | None:
    """The base with the wish's fields, null clearing each; None for no wish."""
    if wish is None:
        return None
    names = {field.name: field.default for field in fields(cast(Any, base))}
    changes: dict[str, Any] = {}
    for name in wish.__struct_fields__:
        given = getattr(wish, name)
        if given is UNSET or (name == "type" and name not in names):
            continue
        if name not in names:
            raise _unknown(f"{param}.{name}")
        changes[name] = (
            names[name] if given is None else tuple(cast(list[Any], given)) if isinstance(given, list) else given
        )
    return cast(T, replace(cast(Any, base), **changes))


def _shown(value: NoiseReduction | TurnDetection | None) -> dict[str, Any] | None:
    if value is None:
        return None
    return {"type": value.type} | {field.name: getattr(value, field.name) for field in fields(value)}


def _unknown(param: str) -> Refusal:
    return Refusal(f"Unknown parameter: '{param}'.", code="unknown_parameter", param=param)


_DEFAULT = Config()
