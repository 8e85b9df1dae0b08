"""Finding a voice by the names that callers use, and listing all of them."""

import difflib
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from freehold.contracts.audio.voices import VoiceProfile
from freehold.contracts.errors import InvalidRequest
from freehold.voice.likeness.imitation import gender_of
from freehold.voice.speaking.sample_texts import sample_sentence
from freehold.voice.synthesizer import Synthesizer, Voice

DEFAULT_LIMIT, MAX_LIMIT = 100, 1000
MAX_COMPARED = 1000  # with so many ids an unknown name is compared


class Voices:
    """The voices of a started synthesizer, which may be many thousands."""

    def __init__(self, synthesizer: Synthesizer) -> None:
        self.listed = list(synthesizer.voices())
        self._by_id = {voice.id.lower(): voice for voice in self.listed}
        self._presets = {name.lower(): identifier for name, identifier in synthesizer.presets.items()}
        self._usual = list(dict.fromkeys([synthesizer.default_voice, *synthesizer.presets.values()]))
        self._by_language: dict[str, list[Voice]] = defaultdict(list)
        for voice in self.listed:
            tag = voice.language.lower()
            for key in {tag, tag.partition("-")[0]}:
                self._by_language[key].append(voice)

    def __len__(self) -> int:
        return len(self.listed)

    def choose(self, name: str, language: str | None = None) -> Voice:
        """The voice of this id, else of OpenAI's name; in `language` the one most like it.

        Raises `InvalidRequest` for a voice or language that is unknown.
        """
        identifier = name.strip().lower()
        voice = self._by_id.get(identifier)
        if voice is None and identifier in self._presets:
            voice = self._by_id[self._presets[identifier].lower()]
        if voice is None:
            raise InvalidRequest(f"There is no voice '{name[:100]}'.", param="voice", hint=self._near(identifier))
        return voice if language is None else self._in_language(voice, language)

    def stand_in(self, profile: VoiceProfile, wanted: str | None = None) -> str:
        """The id of the voice that speaks for one with this profile: `wanted` where this engine knows it, else the
        first of its usual ones of that gender, else the first.
        """
        if wanted is not None and (wanted.lower() in self._by_id or wanted.lower() in self._presets):
            return wanted
        gender = gender_of(profile)
        return next((name for name in self._usual if self._by_id[name.lower()].gender == gender), self._usual[0])

    def _in_language(self, voice: Voice, language: str) -> Voice:
        """The voice itself where it speaks the language; else the same variant (`<language>+<variant>`), else the
        language's first voice.
        """
        tag = language.strip().replace("_", "-").lower()
        own = voice.language.lower()
        if own == tag or own.partition("-")[0] == tag:
            return voice
        speakers = self._by_language.get(tag) or self._by_language.get(tag.partition("-")[0])
        if not speakers:
            known = sorted(key for key in self._by_language if "-" not in key)
            hint = f"Known: {', '.join(known[:150])}."
            raise InvalidRequest(f"No voice speaks '{language[:100]}'.", param="language", hint=hint)
        _, plus, variant = voice.id.partition("+")
        alike = (speaker for speaker in speakers if speaker.id.partition("+")[1:] == (plus, variant))
        return next(alike, speakers[0])

    def _near(self, identifier: str) -> str:
        alike = [known for known in self._by_id if known[:1] == identifier[:1]][:MAX_COMPARED]
        near = difflib.get_close_matches(identifier[:100], [*self._presets, *alike], n=3)
        if near:
            return f"Did you mean {' or '.join(near)}?"
        return "GET /v1/audio/voices lists them."


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which voices are listed. `query` is looked for in id and name; `after` is the id after which to go on."""

    language: str = ""
    query: str = ""
    gender: str = ""
    limit: int = DEFAULT_LIMIT
    after: str = ""

    def takes(self, voice: Voice) -> bool:
        """Whether the voice is asked for."""
        tag, asked = voice.language.lower(), self.language.replace("_", "-").lower()
        return (
            (not asked or tag == asked or tag.startswith(f"{asked}-"))
            and (not self.query or self.query.lower() in f"{voice.id} {voice.name}".lower())
            and (not self.gender or voice.gender.lower() == self.gender.lower())
        )


def read_wanted(query: Mapping[str, str]) -> Wanted:
    """The query of a listing. Raises `InvalidRequest`."""
    given = query.get("limit", str(DEFAULT_LIMIT))
    if not (given.isascii() and given.isdigit() and 1 <= int(given[:6]) <= MAX_LIMIT):
        raise InvalidRequest(f"limit is '{given[:100]}'.", param="limit", hint=f"It lies between 1 and {MAX_LIMIT}.")
    return Wanted(
        language=query.get("language", ""),
        query=query.get("q", ""),
        gender=query.get("gender", ""),
        limit=int(given),
        after=query.get("after", ""),
    )


def page(voices: Voices, wanted: Wanted, *, engine: str, model: str) -> dict[str, Any]:
    """One page of the list. Raises `InvalidRequest` for an `after` that is not in it."""
    found = [voice for voice in voices.listed if wanted.takes(voice)]
    start = 0
    if wanted.after:
        ids = [voice.id for voice in found]
        if wanted.after not in ids:
            raise InvalidRequest(f"after is '{wanted.after[:100]}', which is not listed.", param="after")
        start = ids.index(wanted.after) + 1
    shown = found[start : start + wanted.limit]
    return {
        "object": "list",
        "data": [_entry(voice, engine, model) for voice in shown],
        "has_more": start + wanted.limit < len(found),
        "first_id": shown[0].id if shown else None,
        "last_id": shown[-1].id if shown else None,
    }


def _entry(voice: Voice, engine: str, model: str) -> dict[str, Any]:
    return {
        "id": voice.id,
        "object": "voice",
        "name": voice.name,
        "language": voice.language,
        "kind": voice.kind,
        "gender": voice.gender,
        "engine": engine,
        "model": model,
        "licence": voice.licence,
        "sample_text": sample_sentence(voice.language),
    }
