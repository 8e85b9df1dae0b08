"""How soon the built-in voice sounds, and what it bears at once, through all of `freehold serve`.

Against Piper's own HTTP server with a voice of random weights (`bench/peers/speech/piper_http.py`), which gives an
answer when all of it has been spoken. The client shares the machine's cores with both.
"""

import itertools
import random
import shutil
import subprocess
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from functools import cache, partial
from pathlib import Path
from typing import Any

from scipy.stats import spearmanr

from bench.case import Case, Cases, Contender, Metric, Taken
from bench.machine import CORES
from bench.peers.gateways.held import raise_file_limit
from bench.peers.speech import freehold_speech, piper_http
from bench.peers.speech.load import Spoken, at_once, one_by_one
from bench.peers.speech.target import Target

TARGET = (
    "the first sound of 12 words within 10 ms at the median; of 1,000 requests at once none fails, and where they want "
    "one phrase that is kept, 95 % sound within 0.7 s; short texts sound no later than long ones that came with them"
)
FIRST_ALLOWED_SECONDS, CACHED_ALLOWED_SECONDS = 0.010, 0.7
FIRST_WORDS, WORDS = 12, 15
FIRST_SENTENCES, PEER_SENTENCES = 60, 10
CROWD, MIXED, PEER_CROWD = 1000, 200, 64
SHORT_WORDS, LONG_SENTENCES = 4, 4
PHRASE = "Thank you for calling, somebody will be with you in a moment, please hold the line."
VOCABULARY = """
the a one many every some small large old new red green quiet late early open river garden window kitchen train letter
morning evening teacher doctor farmer sister brother table paper music winter summer market village city bridge station
bicycle picture winds rain snow apples bread walks reads opens finds brings sends waits sings slowly often never today
tomorrow under over behind with without from
"""
_numbers = itertools.count()


def sentence(words: int) -> str:
    """One that nobody has asked for yet in this process."""
    number = next(_numbers)
    drawn = random.Random(number).choices(VOCABULARY.split(), k=words)
    return " ".join(drawn).capitalize() + "."


class Voices:
    """The servers that a case asked for, until the end."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self.ours = cache(lambda: stack.enter_context(freehold_speech.start(folder / "freehold")))
        self.piper = cache(lambda size: stack.enter_context(piper_http.start(size, folder / f"piper-{size}")))


def cases(folder: Path) -> Cases:
    """One at a time, then crowds."""
    raise_file_limit()
    with ExitStack() as stack:
        voices = Voices(folder, stack)
        yield f"{FIRST_WORDS} words, one at a time", partial(_first, voices)
        yield f"{FIRST_WORDS} words, one at a time, against Piper", partial(_first_against, voices)
        yield f"{CROWD:,} at once, one kept phrase", partial(_kept, voices)
        yield f"{CROWD:,} at once, distinct sentences of {WORDS} words", partial(_distinct, voices)
        yield f"{MIXED} at once, short and long", partial(_mixed, voices)
        yield f"{PEER_CROWD} at once, against Piper", partial(_against, voices, "medium", PEER_CROWD)
        yield f"{CROWD:,} at once, against Piper with a tiny voice", partial(_against, voices, "tiny", CROWD)


class PerSecond(Metric):
    """A metric of seconds for one sentence."""

    def show(self, amount: float) -> str:
        """How many a second."""
        return f"{1 / amount:,.1f} sentences/s"


def _first(voices: Voices) -> Case:
    """PCM must be there in time; the others say what a coder adds."""
    targets = voices.ours()
    metrics = tuple(Metric(name=name, floor=1.0 if name == "pcm" else 0.0) for name in targets)

    def run() -> dict[str, Taken]:
        return {name: Taken(amount=_median_first(target, FIRST_SENTENCES)) for name, target in targets.items()}

    allowed = {name: Taken(amount=FIRST_ALLOWED_SECONDS) for name in targets}
    return Case(metrics=metrics, ours=run, peers={"allowed": lambda: allowed})


def _median_first(target: Target, sentences: int) -> float:
    spoken = one_by_one(target, [sentence(FIRST_WORDS) for _ in range(sentences)])
    _refuse_failures(target, spoken)
    return _quantile([one.first for one in spoken], 0.5)


def _first_against(voices: Voices) -> Case:
    ours, piper = voices.ours()["pcm"], voices.piper("medium")
    lengths: dict[str, list[float]] = {ours.name: [], piper.name: []}

    def run(target: Target) -> dict[str, Taken]:
        spoken = one_by_one(target, [sentence(FIRST_WORDS) for _ in range(PEER_SENTENCES)])
        _refuse_failures(target, spoken)
        lengths[target.name] += [target.sound_seconds(one.bytes) for one in spoken]
        return {
            "first sound": Taken(amount=_quantile([one.first for one in spoken], 0.5)),
            "whole": Taken(amount=_quantile([one.last for one in spoken], 0.5)),
        }

    peers: dict[str, Contender] = {piper.name: partial(run, piper)}
    if program := shutil.which("espeak-ng"):
        peers["espeak-ng, a process each"] = partial(_processes, program)
    return Case(
        metrics=(Metric(name="first sound"), Metric(name="whole")),
        ours=partial(run, ours),
        peers=peers,
        notes=lambda: [f"{name}: {sum(each) / len(each):.1f} s of sound a sentence" for name, each in lengths.items()],
    )


def _processes(program: str) -> dict[str, Taken]:
    """The command as many programs use it: started for each sentence, its WAV read from a pipe."""
    firsts: list[float] = []
    wholes: list[float] = []
    for _ in range(PEER_SENTENCES):
        began = time.perf_counter()
        with subprocess.Popen([program, "--stdout", sentence(FIRST_WORDS)], stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            process.stdout.read(1)
            firsts.append(time.perf_counter() - began)
            process.stdout.read()
        wholes.append(time.perf_counter() - began)
    return {"first sound": Taken(amount=_quantile(firsts, 0.5)), "whole": Taken(amount=_quantile(wholes, 0.5))}


def _kept(voices: Voices) -> Case:
    """The phrase is spoken once, before the crowd comes."""
    target, failures = voices.ours()["pcm"], Counter[str]()
    _refuse_failures(target, one_by_one(target, [PHRASE]))

    def run() -> dict[str, Taken]:
        spoken = at_once(target, [PHRASE] * CROWD)
        failures.update(one.failure for one in spoken if one.failure)
        found["allowed"] = {"answers": _whole(spoken)}
        firsts = [one.first for one in spoken]
        return {
            "answers": Taken(amount=CROWD),
            "first sound, p50": Taken(amount=_quantile(firsts, 0.5)),
            "first sound, p95": Taken(amount=_quantile(firsts, 0.95)),
        }

    found: dict[str, dict[str, Taken]] = {}
    limits = {name: Taken(amount=CACHED_ALLOWED_SECONDS) for name in ("first sound, p50", "first sound, p95")}
    return Case(
        metrics=(
            Metric(name="answers", unit="count", floor=1.0),
            Metric(name="first sound, p50"),
            Metric(name="first sound, p95", floor=1.0),
        ),
        ours=run,
        peers={"allowed": lambda: found["allowed"] | limits},
        notes=lambda: _told(target, failures),
    )


def _distinct(voices: Voices) -> Case:
    """Whether all are answered is judged; how soon is told."""
    target, failures = voices.ours()["pcm"], Counter[str]()
    finished: list[Taken] = []
    figures: list[str] = []

    def run() -> dict[str, Taken]:
        spoken, taken = _crowd(target, CROWD)
        failures.update(one.failure for one in spoken if one.failure)
        finished.append(_whole(spoken))
        rate = 1 / taken["sentences"].amount
        firsts = [one.first for one in spoken]
        figures.append(
            f"{rate:,.0f} sentences/s, {rate / CORES:,.0f} a core; first sound p50 {_quantile(firsts, 0.5):.2f} s, "
            f"p95 {_quantile(firsts, 0.95):.2f} s; processor {taken['sentences'].cpu_seconds * 1000:.1f} ms a sentence"
        )
        return {"answers": Taken(amount=CROWD)}

    return Case(
        metrics=(Metric(name="answers", unit="count", floor=1.0),),
        ours=run,
        peers={"finished without an error": lambda: {"answers": finished[-1]}},
        notes=lambda: [*figures[1:], *_told(target, failures)],
    )


def _mixed(voices: Voices) -> Case:
    """Half of the texts are short and half are long, in an order drawn anew; their peers are the long ones."""
    target, failures = voices.ours()["pcm"], Counter[str]()
    later: list[Taken] = []
    orders: list[str] = []

    def run() -> dict[str, Taken]:
        short = [sentence(SHORT_WORDS) for _ in range(MIXED // 2)]
        long = [" ".join(sentence(WORDS) for _ in range(LONG_SENTENCES)) for _ in range(MIXED // 2)]
        texts = random.Random(len(orders)).sample([*short, *long], MIXED)
        spoken = at_once(target, texts)
        failures.update(one.failure for one in spoken if one.failure)
        firsts = {True: [one.first for one in spoken if one.text in short]}
        firsts[False] = [one.first for one in spoken if one.text not in short]
        later.append(Taken(amount=_quantile(firsts[False], 0.5)))
        orders.append(_order(spoken))
        return {"first sound, p50": Taken(amount=_quantile(firsts[True], 0.5))}

    return Case(
        metrics=(Metric(name="first sound, p50", floor=1.0),),
        ours=run,
        peers={"the long ones": lambda: {"first sound, p50": later[-1]}},
        notes=lambda: [*orders[1:], *_told(target, failures)],
    )


def _order(spoken: Sequence[Spoken]) -> str:
    """Short before long, and first clauses before tails."""
    ranks: Any = spearmanr([len(one.text) for one in spoken], [one.first for one in spoken])
    latest = max(one.first for one in spoken)
    early = sum(one.last < latest for one in spoken if len(one.text.split()) > SHORT_WORDS)
    return (
        f"rank correlation of length and first sound {ranks.statistic:.2f}; {early} of {MIXED // 2} long ones ended "
        "before everybody had their first sound"
    )


def _against(voices: Voices, size: str, count: int) -> Case:
    """The same crowd at each server. What is not answered is told; it counts as time, not as a sentence."""
    ours, piper = voices.ours()["pcm"], voices.piper(size)
    failures = {target.name: Counter[str]() for target in (ours, piper)}
    lengths: dict[str, list[float]] = {ours.name: [], piper.name: []}

    def run(target: Target) -> dict[str, Taken]:
        spoken, taken = _crowd(target, count)
        failures[target.name].update(one.failure for one in spoken if one.failure)
        lengths[target.name] += [target.sound_seconds(one.bytes) for one in spoken if not one.failure]
        return taken

    def notes() -> list[str]:
        told = [f"{name}: {sum(each) / max(1, len(each)):.1f} s of sound a sentence" for name, each in lengths.items()]
        return [*told, *_told(ours, failures[ours.name]), *_told(piper, failures[piper.name])]

    return Case(
        metrics=(
            PerSecond(name="sentences", floor=1.0 if size == "medium" else 0.0),
            Metric(name="first sound, p50"),
            Metric(name="first sound, p95"),
        ),
        ours=partial(run, ours),
        peers={piper.name: partial(run, piper)},
        notes=notes,
    )


def _crowd(target: Target, count: int) -> tuple[list[Spoken], dict[str, Taken]]:
    """So many distinct sentences at once, and what they took."""
    before = target.running.usage().cpu_seconds
    spoken = at_once(target, [sentence(WORDS) for _ in range(count)])
    cpu = target.running.usage().cpu_seconds - before
    whole = [one for one in spoken if not one.failure]
    firsts = [one.first for one in whole] or [max(one.last for one in spoken)]
    each = max(1, len(whole))
    seconds = max(one.last for one in spoken)
    return spoken, {
        "sentences": Taken(amount=seconds / each, cpu_seconds=cpu / each),
        "first sound, p50": Taken(amount=_quantile(firsts, 0.5)),
        "first sound, p95": Taken(amount=_quantile(firsts, 0.95)),
    }


def _whole(spoken: Sequence[Spoken]) -> Taken:
    return Taken(amount=sum(not one.failure for one in spoken))


def _told(target: Target, failures: Mapping[str, int]) -> list[str]:
    told = ", ".join(f"{count:,} × {reason}" for reason, count in sorted(failures.items()))
    return [f"{target.name}: requests that failed, of all rounds: {told or 'none'}"]


def _refuse_failures(target: Target, spoken: Sequence[Spoken]) -> None:
    """Raise `RuntimeError` where an answer is missing."""
    if failed := [one.failure for one in spoken if one.failure]:
        raise RuntimeError(f"{target.name}: {len(failed)} of {len(spoken)} requests failed: {failed[0]}")


def _quantile(seconds: Sequence[float], share: float) -> float:
    return sorted(seconds)[int(share * (len(seconds) - 1))]
