"""Who speaks when, by classical features alone: no weights are downloaded and none are built in.

Windows of speech are clustered bottom-up by the Bayesian information criterion, then each stretch is cut anew by
Viterbi under the clusters' Gaussians, where changing the speaker has a price.

What this can do: tell a few clearly different voices in one clean recording apart, who speak for a second or more at a
time; at most eight. What it cannot: voices that are alike in pitch and timbre, people who speak at once, many people in
a noisy room, or one person over two microphones. Who says less than a fiftieth of a long recording may be taken for
another. Trained speaker embeddings are far better at all of these.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from freehold.voice.hearing.vad import Stretch
from freehold.voice.hearing.voiceprints import HOP, Features, Voiceprints, difference, features
from freehold.voice.sound import HEARING_RATE, Samples

# Of `difference`. Of flite's four voices it is below 1.4 for 99 in 100 pairs of windows of one voice, and over 1.7
# between two that have spoken for long, in noise of 25 dB.
SAME_VOICE = 1.5
RARE_SHARE = 0.02  # of the voiced frames
SAME_RARE_VOICE = 2.25  # the most unlike windows of a long speech gather, and reach 2.1
MAX_SPEAKERS = 8
SHORTEST_WINDOW_FRAMES, LONGEST_WINDOW_FRAMES = 120, 320  # 10 ms each; the voiced of them make a print
PIECE_SAMPLES = 60 * HEARING_RATE  # what is analysed at once
LEAST_FRAMES = 60  # voiced, of a speaker: less says too little
BLOCK = 160  # prints clustered at once, so that the time grows with the length and not with its square
BIN_FRAMES = 10  # 100 ms, the grid of the turns
CHANGE_PRICE = 150.0  # of log-likelihood, which half a second of another's voice outweighs


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """Somebody speaks, from one sample to before another. `speaker` counts from 0 in the order of first speaking."""

    start: int
    end: int
    speaker: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Speakers:
    """Who spoke when. `names` are of the known ones, by their number."""

    turns: Sequence[Turn] = ()
    names: dict[int, str]

    def at(self, start_seconds: float, end_seconds: float) -> int:
        """Who spoke most of that time, or nearest to it."""
        first, last = start_seconds * HEARING_RATE, end_seconds * HEARING_RATE
        best = max(self.turns, key=lambda turn: min(last, turn.end) - max(first, turn.start), default=None)
        return best.speaker if best is not None else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Piece:
    start: int  # sample
    end: int
    frames: Features
    places: NDArray[np.int64]  # of the voiced frames, from the start


def diarize(
    stretches: Iterable[Stretch], read: Callable[[Stretch], Samples], known: Sequence[tuple[str, Samples]] = ()
) -> Speakers:
    """Who speaks in each of the stretches. `known` are names and the speech of those who have them."""
    pieces = [_analysed(piece, read) for stretch in stretches for piece in _pieces(stretch)]
    prints = Voiceprints.of([window for piece in pieces for window in _windows(piece)])
    if not len(prints):
        return Speakers(turns=[Turn(start=piece.start, end=piece.end, speaker=0) for piece in pieces], names={})
    voices = _voices(prints)
    turns = _in_order(_joined(turn for piece in pieces for turn in _turns(piece, voices)))
    order = list(dict.fromkeys(turn.speaker for turn in turns))
    numbered = [Turn(start=turn.start, end=turn.end, speaker=order.index(turn.speaker)) for turn in turns]
    return Speakers(turns=numbered, names=_named(voices[order], known))


def _pieces(stretch: Stretch) -> Iterable[Stretch]:
    for start in range(stretch[0], stretch[1], PIECE_SAMPLES):
        yield start, min(start + PIECE_SAMPLES, stretch[1])


def _analysed(piece: Stretch, read: Callable[[Stretch], Samples]) -> _Piece:
    frames, places = features(read(piece))
    return _Piece(start=piece[0], end=piece[1], frames=frames, places=places)


def _windows(piece: _Piece) -> Iterable[Features]:
    """Windows with enough voice in them, parted at their longest pauses: there speakers change, if at all."""
    places, cuts = piece.places, [0]
    while len(places) and places[-1] - places[cuts[-1]] > LONGEST_WINDOW_FRAMES:
        begin = int(places[cuts[-1]])
        first, after = np.searchsorted(places, (begin + SHORTEST_WINDOW_FRAMES, begin + LONGEST_WINDOW_FRAMES)).tolist()
        pauses = np.diff(places[first - 1 : after + 1])
        cuts.append(first + int(np.argmax(pauses)))
    for first, after in pairwise([*cuts, len(places)]):
        if after - first >= LEAST_FRAMES // 2:
            yield piece.frames[first:after]


def _voices(prints: Voiceprints) -> Voiceprints:
    """One print for each voice."""
    while len(prints) > BLOCK:
        before = len(prints)
        blocks = [_clustered(prints[at : at + BLOCK], BLOCK // 4) for at in range(0, before, BLOCK)]
        prints = Voiceprints(
            counts_P=np.concatenate([block.counts_P for block in blocks]),
            totals_PD=np.concatenate([block.totals_PD for block in blocks]),
            scatters_PDD=np.concatenate([block.scatters_PDD for block in blocks]),
        )
    voices = _clustered(_without_rare(_clustered(prints, len(prints))), MAX_SPEAKERS)
    enough = voices.counts_P >= LEAST_FRAMES
    return voices[enough] if enough.any() else voices


def _clustered(prints: Voiceprints, most: int) -> Voiceprints:
    """Added up, the most alike first, until all that are left differ and are at most `most`."""
    count = len(prints)
    apart = np.full((count, count), np.inf)
    for at in range(count - 1):
        apart[at, at + 1 :] = difference(prints[np.full(count - at - 1, at)], prints[at + 1 :])
    groups: dict[int, list[int]] = {at: [at] for at in range(count)}
    while len(groups) > 1:
        one, other = divmod(int(np.argmin(apart)), count)
        if apart[one, other] > SAME_VOICE and len(groups) <= most:
            break
        groups[one] += groups.pop(other)
        apart[other, :] = apart[:, other] = np.inf
        rest = [at for at in groups if at != one]
        if rest:
            merged = prints.grouped([groups[one]])
            found = difference(merged[[0] * len(rest)], prints.grouped([groups[at] for at in rest]))
            for at, value in zip(rest, found, strict=True):
                apart[min(one, at), max(one, at)] = value
    return prints.grouped(list(groups.values()))


def _without_rare(voices: Voiceprints) -> Voiceprints:
    """Who speaks least joins who sounds most alike, unless what little is said is clearly another's."""
    groups = [[at] for at in range(len(voices))]
    least = RARE_SHARE * voices.counts_P.sum()
    for rare in np.flatnonzero(voices.counts_P < least).tolist():
        own = next(group for group in groups if rare in group)
        others = [group for group in groups if group is not own]
        found = difference(voices.grouped([own] * len(others)), voices.grouped(others))
        if found.min(initial=np.inf) <= SAME_RARE_VOICE:
            others[int(np.argmin(found))] += own
            groups = others
    return voices.grouped(groups)


def _turns(piece: _Piece, voices: Voiceprints) -> Iterable[Turn]:
    """The piece cut where another voice explains it so much better that a change is worth its price."""
    bins = -(-(piece.end - piece.start) // (HOP * BIN_FRAMES))
    scores = np.zeros((bins, len(voices)))
    np.add.at(scores, np.minimum(piece.places // BIN_FRAMES, bins - 1), voices.log_likelihoods(piece.frames).T)
    path = _best_path(scores)
    edges = [0, *(np.flatnonzero(np.diff(path)) + 1).tolist(), bins]
    for first, after in pairwise(edges):
        start = piece.start + first * HOP * BIN_FRAMES
        end = min(piece.start + after * HOP * BIN_FRAMES, piece.end)
        yield Turn(start=start, end=end, speaker=int(path[first]))


def _best_path(scores: NDArray[np.float64]) -> NDArray[np.int64]:
    """Viterbi: who speaks in each bin. scores [bins, voices]."""
    best, back = scores[0], np.zeros(scores.shape, np.int64)
    stay = np.arange(scores.shape[1])
    for at in range(1, len(scores)):
        leader = int(np.argmax(best))
        changes = best[leader] - CHANGE_PRICE > best
        back[at] = np.where(changes, leader, stay)
        best = np.where(changes, best[leader] - CHANGE_PRICE, best) + scores[at]
    path = np.zeros(len(scores), np.int64)
    path[-1] = int(np.argmax(best))
    for at in range(len(scores) - 1, 0, -1):
        path[at - 1] = back[at, path[at]]
    return path


def _joined(turns: Iterable[Turn]) -> Iterable[Turn]:
    """Turns of one speaker without a gap between them as one."""
    last: Turn | None = None
    for turn in turns:
        if last is not None and last.speaker == turn.speaker and last.end == turn.start:
            last = Turn(start=last.start, end=turn.end, speaker=turn.speaker)
            continue
        if last is not None:
            yield last
        last = turn
    if last is not None:
        yield last


def _in_order(turns: Iterable[Turn]) -> list[Turn]:
    return sorted(turns, key=lambda turn: turn.start)


def _named(voices: Voiceprints, known: Sequence[tuple[str, Samples]]) -> dict[int, str]:
    """The known names of the voices: the most alike pair first, each name and each voice once."""
    pairs: list[tuple[float, int, str]] = []
    for name, samples in known:
        frames, _ = features(samples)
        if len(frames):
            reference = Voiceprints.of([frames])
            found = difference(reference[[0] * len(voices)], voices)
            pairs += [(float(value), at, name) for at, value in enumerate(found)]
    names: dict[int, str] = {}
    for value, at, name in sorted(pairs):
        if value <= SAME_VOICE and at not in names and name not in names.values():
            names[at] = name
    return names
