"""Token ids to text as it grows: no split character, no leaked half of a stop string. Knows no HTTP."""

from dataclasses import dataclass

from tokenizers import Tokenizer

REPLACEMENT = "\ufffd"
# An unfinished character shows as at most so many replacement characters (one a byte in SentencePiece vocabularies).
MAX_UNFINISHED = 3
CONTEXT_TOKENS = 4


class Detokeniser:
    """Feeds on token ids and gives text that never changes afterwards.

    Decodes a short window of tokens each time, because a token's text may depend on its neighbours.
    """

    def __init__(self, tokenizer: Tokenizer, *, skip_special_tokens: bool = True) -> None:
        self._tokenizer = tokenizer
        self._skips = skip_special_tokens
        self._window: list[int] = []
        self._given = 0  # characters of the window's text that were given

    def feed(self, token: int) -> str:
        """The text that `token` completes; the end is held back while it may be half a character."""
        self._window.append(token)
        text = self._decode()
        finished = text.rstrip(REPLACEMENT)
        certain = max(len(finished), len(text) - MAX_UNFINISHED)
        piece = text[self._given : certain]
        self._given = max(self._given, certain)
        if certain == len(text):
            self._window = self._window[-CONTEXT_TOKENS:]
            self._given = len(self._decode())
        return piece

    def finish(self) -> str:
        """What was still held back: an unfinished character shows as U+FFFD."""
        piece = self._decode()[self._given :]
        self._window, self._given = [], 0
        return piece

    def _decode(self) -> str:
        return self._tokenizer.decode(self._window, skip_special_tokens=self._skips)


@dataclass(frozen=True, slots=True)
class Released:
    """Text that may be shown, and whether a stop string ended it."""

    text: str
    stopped: bool = False


class StopStrings:
    """Holds back the end of the text while it could be the beginning of a stop string.

    The stop string itself is released only where `included`.
    """

    def __init__(self, stops: tuple[str, ...], *, included: bool = False) -> None:
        self._stops = stops
        self._included = included
        self._held = ""

    def feed(self, text: str) -> Released:
        """Text up to the first stop string, or up to what could still become one."""
        self._held += text
        found = [(position, stop) for stop in self._stops if (position := self._held.find(stop)) >= 0]
        if found:
            position, stop = min(found)
            released, self._held = self._held[: position + len(stop) * self._included], ""
            return Released(released, stopped=True)
        keep = max((overlap(self._held, stop) for stop in self._stops), default=0)
        cut = len(self._held) - keep
        released, self._held = self._held[:cut], self._held[cut:]
        return Released(released)

    def finish(self) -> str:
        """What was held back and turned out to be no stop string."""
        released, self._held = self._held, ""
        return released


def overlap(text: str, stop: str) -> int:
    """Length of the longest end of `text` that begins `stop`."""
    longest = min(len(text), len(stop) - 1)
    return next((length for length in range(longest, 0, -1) if text.endswith(stop[:length])), 0)


class TokenBytes:
    """The bytes of single tokens, for log-probabilities, also where a token is a piece of a character."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        self._tokenizer = tokenizer
        self._added = frozenset(tokenizer.get_added_tokens_decoder())
        self._byte_of = _byte_level_alphabet()

    def of(self, token: int) -> bytes:
        """The bytes that the token stands for; a special token's own name."""
        piece = self._tokenizer.id_to_token(token) or ""
        if len(piece) == 6 and piece.startswith("<0x") and piece.endswith(">"):  # SentencePiece byte fallback
            return bytes([int(piece[3:5], 16)])
        if token in self._added:
            return piece.encode()
        if "\u2581" in piece:  # SentencePiece's visible space
            return piece.replace("\u2581", " ").encode()
        if all(character in self._byte_of for character in piece):
            return bytes(self._byte_of[character] for character in piece)
        return piece.encode()


def _byte_level_alphabet() -> dict[str, int]:
    """GPT-2's reversible map from printable characters to bytes (Radford et al. 2019)."""
    printable = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    others = [byte for byte in range(256) if byte not in printable]
    return {chr(byte): byte for byte in printable} | {chr(256 + rank): byte for rank, byte in enumerate(others)}
