"""Token counts where nobody reports them: a bound before a call, an estimate after one.

`input_bound` is what a call may cost at most, without tokenizing. Tokenizers of bytes and of word pieces make at most
one token of a byte of UTF-8, JSON never takes fewer bytes for a text than UTF-8, and the names and braces around each
message outnumber what a chat template puts there. Holds for byte-level BPE, for SentencePiece with byte fallback and
for WordPiece; not for tokenizers that first spell compatibility characters out (NFKC). Knows nothing of what a vendor
keeps: earlier responses, stored files and prompts are not in the body. May be cut down to the model's context length.

`TokenCounter` counts with the tokenizer of the built-in starter. Other models' counts differ, so whoever uses them
marks the usage `estimated`.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import msgspec

import freehold.builtin

if TYPE_CHECKING:
    from tokenizers import Tokenizer

# What templates and vendors add unasked: a default system prompt (gpt-oss: about 80), and one for tools (Anthropic
# publishes up to 735 tokens for its own tools, at most 530 for a client's).
TEMPLATE_TOKENS = 256
TOOLS_TOKENS = 1024
# One image: OpenAI takes at most 10,000 patches ("original" detail), Anthropic about 4,800 tokens, Gemini 2,240. Only
# gpt-4o-mini bills more, up to 48,169 (2,833 and 5,667 for each of 8 tiles): name it with `image_tokens`.
IMAGE_TOKENS = 10_000
# Audio: at most 32 tokens a second (Gemini), at least 1,000 base64 characters a second (Opus at 6 kbit/s).
AUDIO_CHARACTERS_PER_TOKEN = 16
# A document or video that is only named may fill the longest context that vendors offer; bytes are a token each.
DOCUMENT_TOKENS = 1_000_000
TYPE = b'"type"'  # every media part and every tool has this key; a body without it is text alone

TYPICAL_IMAGE_TOKENS = 1_600  # what Anthropic scales images down to by default; OpenAI's high detail is near it
MESSAGE_TOKENS = 4  # role and marks of a message, as OpenAI's cookbook counts them, and what primes the answer
SAMPLE_CHARACTERS = 32_000  # beyond this, counts are scaled from a sample, for an event loop waits meanwhile
SAMPLE_WINDOWS = 16
STARTER_TOKENIZER = Path(freehold.builtin.__file__).parent / "starter" / "tokenizer.json"

IMAGES = frozenset({"image_url", "input_image", "image", "computer_screenshot"})
AUDIO = frozenset({"input_audio"})
DOCUMENTS = frozenset({"file", "input_file", "document", "video_url", "audio_url"})
MEDIA = IMAGES | AUDIO | DOCUMENTS
TEXT_SOURCES = frozenset({"text", "content"})  # Anthropic's documents that hold text
NOT_TEXT = frozenset({"type", "role", "id", "tool_call_id", "tool_use_id", "call_id", "cache_control", "detail"})
UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)


class _Request(msgspec.Struct):
    messages: Any = None
    input: Any = None
    prompt: Any = None
    system: Any = None
    instructions: Any = None
    tools: msgspec.Raw = msgspec.Raw(b"")
    functions: msgspec.Raw = msgspec.Raw(b"")


_DECODER = msgspec.json.Decoder(_Request)


def input_bound(body: bytes, *, image_tokens: int = IMAGE_TOKENS) -> int:
    """The most input tokens that a request's JSON can come to. Bytes of attached media do not count as text."""
    tokens = len(body) + TEMPLATE_TOKENS
    if body.find(TYPE) < 0:
        return tokens
    try:
        request = _DECODER.decode(body)
    except UNREADABLE:
        return tokens + TOOLS_TOKENS
    if len(request.tools) or len(request.functions):
        tokens += TOOLS_TOKENS
    return tokens + sum(_media_tokens(part, image_tokens) for part in _media_in([request.messages, request.input]))


class TokenCounter:
    """Counts tokens with one tokenizer, which is loaded at the first question."""

    def __init__(self, tokenizer_file: Path = STARTER_TOKENIZER) -> None:
        self._file = tokenizer_file
        self._tokenizer: Tokenizer | None = None

    def count_text(self, text: str) -> int:
        """Tokens of a text; beyond `SAMPLE_CHARACTERS`, scaled up from windows spread evenly over it."""
        if len(text) <= SAMPLE_CHARACTERS:
            return self._encode(text)
        width = SAMPLE_CHARACTERS // SAMPLE_WINDOWS
        last = len(text) - width
        starts = [last * index // (SAMPLE_WINDOWS - 1) for index in range(SAMPLE_WINDOWS)]
        counted = sum(self._encode(text[start : start + width]) for start in starts)
        return -(-counted * len(text) // (width * SAMPLE_WINDOWS))

    def count_chat(self, body: bytes) -> int:
        """Input tokens of a request to chat/completions, messages, responses or completions, its tools included."""
        try:
            request = _DECODER.decode(body)
        except UNREADABLE:
            return self.count_text(body.decode("utf-8", "replace"))
        said = [request.messages, request.input, request.prompt, request.system, request.instructions]
        texts = [text for value in said for text in _texts(value)]
        texts += [bytes(request.tools).decode("utf-8", "replace"), bytes(request.functions).decode("utf-8", "replace")]
        turns = sum(len(cast("list[Any]", value)) for value in said if isinstance(value, list))
        images = sum(_kind(part) in IMAGES for part in _media_in(said))
        return self.count_text("\n".join(texts)) + MESSAGE_TOKENS * (turns + 1) + TYPICAL_IMAGE_TOKENS * images

    def count_answer(self, text: str) -> int:
        """Output tokens of an answer whose text is known: engines count the one that ends it, too."""
        return self.count_text(text) + 1

    def _encode(self, text: str) -> int:
        if self._tokenizer is None:
            # Not at the top: a gateway whose providers all report usage never needs it.
            from tokenizers import Tokenizer

            self._tokenizer = Tokenizer.from_file(str(self._file))
        return len(self._tokenizer.encode(text, add_special_tokens=False).ids)


def _media_in(value: Any) -> Iterator[Mapping[str, Any]]:
    """Parts that stand where messages have their contents: what looks alike elsewhere is text to a model."""
    waiting: list[Any] = [value]
    while waiting:
        item = waiting.pop()
        if isinstance(item, list):
            waiting += cast("list[Any]", item)
        elif isinstance(item, dict):
            part = cast("dict[str, Any]", item)
            if _kind(part) in MEDIA:
                yield part
            else:
                waiting += (part.get("content"), part.get("output"))


def _media_tokens(part: Mapping[str, Any], image_tokens: int) -> int:
    """What a part adds to the bound of its bytes; less than nothing where these are no text."""
    characters = len(_payload(part))
    if _kind(part) in IMAGES:
        return image_tokens - characters
    if _kind(part) in AUDIO:
        return characters // AUDIO_CHARACTERS_PER_TOKEN - characters
    if _kind(part.get("source")) in TEXT_SOURCES:
        return 0
    return min(characters, DOCUMENT_TOKENS) - characters if characters else DOCUMENT_TOKENS


def _payload(part: Mapping[str, Any]) -> str:
    """The base64 characters of a media part; empty where it names a URL or a stored file, or holds text."""
    for name in ("image_url", "video_url", "audio_url"):
        url = _mapping(part.get(name)).get("url", part.get(name))
        if isinstance(url, str):
            return url if url.startswith("data:") else ""
    source = _mapping(part.get("source"))
    if _kind(source) not in ("", "base64"):
        return ""
    held = source or _mapping(part.get("file")) or _mapping(part.get("input_audio")) or part
    data = held.get("data", held.get("file_data"))
    return data if isinstance(data, str) else ""


def _texts(value: Any) -> Iterator[str]:
    """Every text that a model may read, in no particular order, without names, ids and the bytes of media."""
    waiting: list[Any] = [value]
    while waiting:
        item = waiting.pop()
        if isinstance(item, str):
            yield item
        elif isinstance(item, list):
            waiting += cast("list[Any]", item)
        elif isinstance(item, dict):
            part = cast("dict[str, Any]", item)
            is_text = _kind(part) not in MEDIA or _kind(part.get("source")) in TEXT_SOURCES
            waiting += [inner for key, inner in part.items() if is_text and key not in NOT_TEXT]


def _kind(value: Any) -> str:
    """What a part says it is; empty where it says nothing of the sort."""
    kind = _mapping(value).get("type")
    return kind if isinstance(kind, str) else ""


def _mapping(value: Any) -> Mapping[str, Any]:
    return cast("Mapping[str, Any]", value) if isinstance(value, dict) else {}
