"""How fast steps go, and how many tokens of prompts one may carry beside sequences that decode. Knows no clock."""

STRETCH = 2.2  # how many times longer a step with prompts may be than one without, so that p99 stays below 3 · p50
RELEARN_STEPS = 128
BLEND = 0.2  # weight of the newest measurement
MEMORY_TOKENS = 512  # prompts' tokens after which a measurement counts half
HEADROOM_TOKENS = 16


class Pace:
    """Learns from measured steps: the seconds of a pure decoding step, by its size, and of a prompt's token."""

    def __init__(self) -> None:
        self._decode_seconds: dict[int, float] = {}  # by the number of sequences, as its bit length: 1, 2-3, 4-7, …
        self._prompt_seconds = self._prompt_tokens = 0.0  # sums that fade with every token
        self._latest_share = 0
        self._mixed_steps = 0
        self._tokens_per_second = 0.0

    def observe(self, decoding: int, prompt_tokens: int, seconds: float) -> None:
        """A step took `seconds` for a token each of `decoding` sequences and for `prompt_tokens`."""
        self._tokens_per_second = _blend(self._tokens_per_second, (decoding + prompt_tokens) / max(seconds, 1e-6))
        size = max(decoding, 1).bit_length()
        if not prompt_tokens:
            self._decode_seconds[size] = _blend(self._decode_seconds.get(size, 0.0), seconds)
            self._mixed_steps = 0
            return
        self._mixed_steps += decoding > 0
        self._latest_share = prompt_tokens
        fading = 0.5 ** (prompt_tokens / MEMORY_TOKENS)
        self._prompt_seconds = fading * self._prompt_seconds + seconds - self._decode_seconds.get(size, 0.0)
        self._prompt_tokens = fading * self._prompt_tokens + prompt_tokens

    def prompt_share(self, decoding: int) -> int | None:
        """How many tokens of prompts fit beside `decoding` sequences; None: no bound.

        0 when it is not known how long the decoding takes alone: the next step will tell. Grows no faster than
        twofold, for what few tokens cost says little of many.
        """
        if not decoding:
            return None
        alone = self._decode_seconds.get(decoding.bit_length())
        if alone is None or self._mixed_steps >= RELEARN_STEPS:
            return 0
        most = 2 * self._latest_share + HEADROOM_TOKENS
        spare = (STRETCH - 1) * alone * self._prompt_tokens
        return max(1, int(spare / self._prompt_seconds) if most * self._prompt_seconds > spare else most)

    def seconds_for(self, tokens: int) -> float:
        """How long that many tokens take at the present speed; 1 s while it is unknown."""
        return tokens / self._tokens_per_second if self._tokens_per_second else 1.0


def _blend(known: float, newest: float) -> float:
    return known + BLEND * (newest - known) if known else newest
