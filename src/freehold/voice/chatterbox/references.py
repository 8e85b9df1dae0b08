"""The voices that were heard last, as the encoder understood them, so that each is encoded once. Bounded."""

from collections import OrderedDict
from collections.abc import Hashable

from freehold.voice.chatterbox.graphs import EncodedVoice

MAX_VOICES = 64  # some hundred kilobytes each


class EncodedVoices:
    """By voice and sample, least recently used first to go. Belongs to one thread."""

    def __init__(self, bound: int = MAX_VOICES) -> None:
        self._bound = bound
        self._voices: OrderedDict[Hashable, EncodedVoice] = OrderedDict()

    def find(self, key: Hashable) -> EncodedVoice | None:
        """The voice, if it is still known."""
        voice = self._voices.get(key)
        if voice is not None:
            self._voices.move_to_end(key)
        return voice

    def keep(self, key: Hashable, voice: EncodedVoice) -> EncodedVoice:
        """Remember it, and forget the one that was used longest ago where there are too many."""
        self._voices[key] = voice
        while len(self._voices) > self._bound:
            self._voices.popitem(last=False)
        return voice

    def __len__(self) -> int:
        return len(self._voices)
