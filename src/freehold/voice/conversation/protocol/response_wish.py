"""What one answer shall be like: the parameters of `response.create`, over the session's settings.

Source: openai 3.52.0, `types/realtime/realtime_response_create_params_with_references_param.py`. Decided as in
`config.py`: MCP tools and `prompt` are `UnsupportedParameter`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Annotated, Any, Literal

from msgspec import Meta

from freehold.contracts.errors import UnsupportedParameter
from freehold.voice.conversation.protocol.config import AudioFormat, Config, read_format, read_modalities, voice_name
from freehold.voice.conversation.protocol.config_wishes import (
    Effort,
    FormatWish,
    Instructions,
    Modalities,
    Name,
    OutputTokens,
    VoiceId,
    Wish,
)
from freehold.voice.conversation.protocol.items import Item, ItemReference
from freehold.voice.conversation.protocol.refusals import Refusal, read
from freehold.voice.conversation.protocol.tools import (
    Tool,
    ToolChoice,
    read_tool_choice,
    read_tools,
    refuse_unknown_choice,
    remaining_choice,
)

MAX_INPUT = 1000
Metadata = Annotated[
    dict[Annotated[str, Meta(max_length=64)], Annotated[str, Meta(max_length=512)]],
    Meta(max_length=16),
]


class _Output(Wish, frozen=True):
    format: FormatWish | None = None
    voice: Name | VoiceId | None = None


class _Audio(Wish, frozen=True):
    output: _Output | None = None


class _Reasoning(Wish, frozen=True):
    effort: Effort | None = None


class _Reference(Wish, frozen=True):
    id: Annotated[str, Meta(min_length=1, max_length=128)]
    type: Literal["item_reference"]


class _Response(Wish, frozen=True):
    instructions: Instructions | None = None
    output_modalities: Modalities | None = None
    audio: _Audio | None = None
    tools: list[Any] | None = None
    tool_choice: Any = None
    max_output_tokens: OutputTokens | None = None
    metadata: Metadata | None = None
    conversation: Literal["auto", "none"] | None = None
    input: Annotated[list[dict[str, Any]], Meta(max_length=MAX_INPUT)] | None = None
    parallel_tool_calls: bool | None = None
    prompt: dict[str, Any] | None = None
    reasoning: _Reasoning | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseWish:
    """One answer's parameters; None leaves the session's. `input` replaces the conversation that is answered."""

    instructions: str | None = None
    output_modalities: tuple[str, ...] | None = None
    output_format: AudioFormat | None = None
    voice: str | None = None
    tools: tuple[Tool, ...] | None = None
    tool_choice: ToolChoice | None = None
    max_output_tokens: int | str | None = None
    metadata: Mapping[str, str] | None = None
    conversation: str = "auto"
    input: tuple[Item | ItemReference, ...] | None = None
    parallel_tool_calls: bool | None = None
    reasoning_effort: str | None = None

    @property
    def out_of_band(self) -> bool:
        """Whether the answer stays out of the conversation."""
        return self.conversation == "none"

    @staticmethod
    def of(given: Mapping[str, Any]) -> "ResponseWish":
        """The client's wish. Raises `InvalidRequest` with the field as `param`."""
        wish = read(dict(given), _Response, "response")
        if wish.prompt:
            hint = "Send the text as response.instructions."
            raise UnsupportedParameter("There are no stored prompts here.", param="response.prompt", hint=hint)
        output = (wish.audio and wish.audio.output) or _Output()
        modalities = wish.output_modalities
        choice = wish.tool_choice
        return ResponseWish(
            instructions=wish.instructions,
            output_modalities=read_modalities(modalities, "response.output_modalities") if modalities else None,
            output_format=output.format and read_format(output.format, "response.audio.output.format"),
            voice=voice_name(output.voice) if output.voice else None,
            tools=None if wish.tools is None else read_tools(wish.tools, "response.tools"),
            tool_choice=None if choice is None else read_tool_choice(choice, "response.tool_choice"),
            max_output_tokens=wish.max_output_tokens,
            metadata=wish.metadata,
            conversation=wish.conversation or "auto",
            input=None if wish.input is None else tuple(_input(item, at) for at, item in enumerate(wish.input)),
            parallel_tool_calls=wish.parallel_tool_calls,
            reasoning_effort=wish.reasoning and wish.reasoning.effort,
        )

    def over(self, config: Config, *, voice_locked: bool) -> Config:
        """The settings of this answer alone. Raises `Refusal` for another voice once one was heard in the session, and
        for a chosen tool that there is not.
        """
        if voice_locked and self.voice not in (None, config.voice) and not self.out_of_band:
            text = "Cannot update a conversation's voice if assistant audio is present."
            raise Refusal(text, code="cannot_update_voice", param="response.audio.output.voice")
        own = {name: getattr(self, name) for name in _OVER if getattr(self, name) is not None}
        changed = replace(config, **own)
        if self.tool_choice is None:
            changed = replace(changed, tool_choice=remaining_choice(changed.tools, changed.tool_choice))
        refuse_unknown_choice(changed.tools, changed.tool_choice, "response.tool_choice")
        return changed


_OVER = (
    "instructions",
    "output_modalities",
    "output_format",
    "voice",
    "tools",
    "tool_choice",
    "max_output_tokens",
    "parallel_tool_calls",
    "reasoning_effort",
)


def _input(given: Mapping[str, Any], at: int) -> Item | ItemReference:
    if given.get("type") == "item_reference":
        return ItemReference(id=read(dict(given), _Reference, f"response.input[{at}]").id)
    return Item.of(given, f"response.input[{at}]")
