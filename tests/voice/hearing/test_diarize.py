import random
from collections.abc import Sequence
from itertools import cycle

import numpy as np
import pytest
from sounds import FOX, HOUSE, ROAD, noise, said, silence

from freehold.voice.hearing.diarize import Speakers, Turn, diarize
from freehold.voice.hearing.vad import Stretch
from freehold.voice.sound import HEARING_RATE, Samples

TEXTS = (
    FOX,
    ROAD,
    HOUSE,
    "Every morning the baker opens the door and puts the warm bread in the window.",
    "My brother would rather take the train, because the bus is always late.",
    "In the end they agreed upon a price, and both of them were happy with it.",
    "Please send the letter to my office before the first of June.",
    "It rained so hard that the river came over the bridge.",
    "She asked him twice, but he could not remember where he had left the key.",
    "Most people think that the moon is much larger than it really is.",
    "The children were playing football behind the school until it got dark.",
    "A good answer is short, and it says why as well as what.",
)


class Dialogue:
    """Voices that take turns, each of one to three sentences. None says one twice as long as there are others."""

    def __init__(self, voices: Sequence[str], seconds: float, seed: int = 1) -> None:
        chance, parts, self.truth = random.Random(seed), list[Samples](), list[tuple[int, int, str]]()
        texts = {voice: cycle(chance.sample(TEXTS, len(TEXTS))) for voice in voices}
        length, voice = 0, ""
        while length < seconds * HEARING_RATE:
            voice = chance.choice([other for other in voices if other != voice] or [voice])
            for _ in range(chance.choice([1, 2, 3])):
                spoken = said(next(texts[voice]), voice)
                self.truth.append((length, length + len(spoken), voice))
                parts += [spoken, silence(0.4)]
                length += sum(map(len, parts[-2:]))
        self.samples = np.concatenate(parts)

    def read(self, stretch: Stretch) -> Samples:
        return self.samples[slice(*stretch)]

    def speakers(self, known: Sequence[tuple[str, Samples]] = ()) -> Speakers:
        return diarize([(start, end) for start, end, _ in self.truth], self.read, known)

    def voices_of(self, speakers: Speakers) -> list[tuple[int, str]]:
        """Who was found in each sentence, and whose it is."""
        return [(speakers.at(start / HEARING_RATE, end / HEARING_RATE), voice) for start, end, voice in self.truth]


def test_three_voices_are_told_apart_and_counted_in_the_order_they_speak() -> None:
    dialogue = Dialogue(("slt", "rms", "awb"), 45)
    found = dialogue.voices_of(dialogue.speakers())
    assert len(set(found)) == 3  # one number for each voice, and one voice for each number
    assert list(dict.fromkeys(number for number, _ in found)) == [0, 1, 2]


def test_one_voice_is_one_speaker() -> None:
    assert {turn.speaker for turn in Dialogue(("rms",), 30).speakers().turns} == {0}


@pytest.mark.parametrize("voices", [("slt", "rms", "awb"), ("slt",)])
def test_no_more_speakers_are_found_where_more_is_said_than_is_clustered_at_once(
    voices: Sequence[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("freehold.voice.hearing.diarize.BLOCK", 16)
    dialogue = Dialogue(voices, 60)
    speakers = dialogue.speakers()
    assert {turn.speaker for turn in speakers.turns} == set(range(len(voices)))
    assert len(set(dialogue.voices_of(speakers))) == len(voices)


def test_the_turns_cover_each_stretch_and_nothing_else() -> None:
    both = np.concatenate([said(FOX, "slt"), said(ROAD, "rms"), said(HOUSE, "rms"), said(TEXTS[3], "slt")])
    turns = diarize([(0, len(both))], lambda stretch: both[slice(*stretch)]).turns
    assert [turn.speaker for turn in turns] == [0, 1, 0]
    edges = [0, *(turn.end for turn in turns)]
    assert [turn.start for turn in turns] == edges[:-1]
    assert edges[-1] == len(both)
    changes = (len(said(FOX, "slt")), len(both) - len(said(TEXTS[3], "slt")))
    assert edges[1:3] == [pytest.approx(change, abs=HEARING_RATE // 2) for change in changes]


def test_a_known_voice_gets_its_name_and_a_stranger_s_name_goes_to_nobody() -> None:
    dialogue = Dialogue(("slt", "rms"), 40)
    known = [("Kim", said("Yesterday we saw a film about the sea.", "awb")), ("Ann", said(TEXTS[-1] + ROAD, "slt"))]
    speakers = dialogue.speakers(known)
    (slt,) = {number for number, voice in dialogue.voices_of(speakers) if voice == "slt"}
    assert speakers.names == {slt: "Ann"}


def test_where_nothing_has_a_voice_one_speaker_is_assumed() -> None:
    hiss = noise(3)
    speakers = diarize([(0, len(hiss))], lambda stretch: hiss[slice(*stretch)], [("Ann", hiss)])
    assert (list(speakers.turns), speakers.names) == ([Turn(start=0, end=len(hiss), speaker=0)], {})
    assert diarize([], lambda stretch: hiss).turns == []


def test_who_spoke_most_of_a_time_or_nearest_to_it_is_found() -> None:
    rate = HEARING_RATE
    turns = [Turn(start=rate, end=2 * rate, speaker=0), Turn(start=2 * rate, end=5 * rate, speaker=1)]
    speakers = Speakers(turns=turns, names={})
    times = ((1.0, 1.5), (1.2, 2.5), (1.8, 2.5), (0.0, 0.2), (7.0, 8.0))
    assert [speakers.at(*time) for time in times] == [0, 0, 1, 0, 1]
    assert Speakers(names={}).at(1.0, 2.0) == 0
