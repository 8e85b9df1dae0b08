"""`freehold bench wer`: how many words a model that listens hears wrong, on recordings whose words are known.

It needs no server.
"""

import argparse
import asyncio
import sys
from collections.abc import Callable, Generator, Sequence
from contextlib import AsyncExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from freehold.cli.accounts_visit import print_json
from freehold.cli.bench_listening import Heard, Listener, Utterance, find_model, find_utterances, summary
from freehold.cli.chat import CONTROL
from freehold.contracts.errors import FreeholdError, InvalidRequest
from freehold.foundation.clock import SystemClock
from freehold.models.audio import AudioModel
from freehold.voice.word_error_rate import Score

EXAMPLES = """\
  freehold bench wer --model pocketsphinx --audio recordings/
  freehold bench wer --model ~/models/faster-whisper-small --audio LibriSpeech/test-clean --language en --limit 200
  freehold bench wer --model /models/whisper-cpp-base --audio calls/ --json > calls.json

The text of x.wav is in x.txt beside it, or, as in LibriSpeech, in a *.trans.txt of lines like "x WHAT IS SAID".
Words are compared in lower case and without punctuation. "7" is not "seven": write the texts as the model writes.
Ctrl-C ends it early, with the figures until then and exit status 130."""

INTERRUPTED = 130
PLAIN_EVERY_SECONDS = 30.0


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """One sub-command per figure."""
    figures = parser.add_subparsers(dest="figure", required=True, metavar="wer")
    text = "word error rate on recordings whose words are known"
    wer = figures.add_parser("wer", help=text, description=text[0].upper() + text[1:] + ".")
    wer.add_argument("--model", required=True, metavar="FOLDER", help="a model's folder, or the name of a built-in one")
    wer.add_argument("--audio", type=Path, required=True, metavar="FOLDER", help="recordings and their texts")
    wer.add_argument("--language", default="", metavar="CODE", help="what is spoken (default: the model finds out)")
    text = "so many recordings, spread evenly over all"
    wer.add_argument("--limit", type=_positive, metavar="N", help=text)
    wer.add_argument("--threads", type=_positive, default=0, metavar="N", help="of the engine (default: one per core)")
    wer.add_argument("--json", action="store_true", help="print JSON, with what was heard in each recording")


def _positive(text: str) -> int:
    """For argparse."""
    if not text.isascii() or not text.isdigit() or int(text) == 0:
        raise argparse.ArgumentTypeError(f"'{text}' is no number from 1 on")
    return int(text)


def run(arguments: argparse.Namespace) -> int:
    """Listen to all of it, and print what came of it until then in any case."""
    folder, model = find_model(arguments.model)
    utterances, untold = find_utterances(arguments.audio.expanduser())
    if arguments.limit and arguments.limit < len(utterances):
        count = arguments.limit
        utterances = [utterances[at * len(utterances) // count] for at in range(count)]
    listening = _Listening(utterances)
    stopped = False
    try:
        asyncio.run(listening.work(folder, model, arguments))
    except KeyboardInterrupt:
        stopped = True
    if listening.heard:
        _print(arguments, model.engine, listening, untold)
    elif not stopped:
        raise InvalidRequest("None of the recordings could be heard.", hint="The lines above say why.")
    return INTERRUPTED if stopped else 0


@dataclass(slots=True)
class _Listening:
    """What has been heard so far, and which recordings could not be."""

    utterances: Sequence[Utterance]
    heard: list[Heard] = field(default_factory=list[Heard])
    failed: dict[Path, str] = field(default_factory=dict[Path, str])

    async def work(self, folder: Path, model: AudioModel, arguments: argparse.Namespace) -> None:
        async with AsyncExitStack() as held:
            listener = await Listener.opened(folder, model, held, threads=arguments.threads)
            listener.refuse_language(arguments.language)
            with _progress(self) as advance:
                for utterance in self.utterances:
                    try:
                        self.heard.append(await listener.hear(utterance, arguments.language))
                    except FreeholdError as error:
                        self.failed[utterance.path] = error.public_message()
                        sys.stderr.write(f"{utterance.path}: {error.public_message()}\n".translate(CONTROL))
                    advance()


@contextmanager
def _progress(listening: _Listening) -> Generator[Callable[[], None]]:
    """A bar with the rate so far on standard error; where that is no terminal, a line now and then."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    console, clock = Console(stderr=True), SystemClock()
    said_at, total, score = clock.monotonic_seconds(), len(listening.utterances), Score()
    columns = (BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[rate]}"), TimeRemainingColumn())
    with Progress(TextColumn("recordings"), *columns, console=console, disable=not console.is_terminal) as bar:
        task, counted = bar.add_task("", total=total, rate=""), 0

        def advance() -> None:
            nonlocal said_at, score, counted
            score = sum((one.score for one in listening.heard[counted:]), score)
            counted = len(listening.heard)
            now, done, rate = clock.monotonic_seconds(), counted + len(listening.failed), f"{score.rate:.1%} wrong"
            bar.update(task, completed=done, rate=rate)
            if not console.is_terminal and now - said_at >= PLAIN_EVERY_SECONDS:
                said_at = now
                sys.stderr.write(f"{done} of {total} recordings, {rate}\n")

        yield advance


def _print(arguments: argparse.Namespace, engine: str, listening: _Listening, untold: int) -> None:
    found = summary(listening.heard)
    if arguments.json:
        print_json(_plain(arguments.model, engine, listening, untold))
        return
    score = found.score
    left_out = [f"{len(listening.failed)} failed"] if listening.failed else []
    left_out += [f"{untold} without a text"] if untold else []
    told = {
        "model": f"{arguments.model} ({engine})",
        "recordings": ", ".join([f"{found.files} with {score.words:,} words, {found.audio_seconds:,.0f} s", *left_out]),
        "word error rate": f"{score.rate:.1%}, from {found.low:.1%} to {found.high:.1%} with 95 % confidence",
        "substitutions": f"{score.substitutions:,}",
        "deletions": f"{score.deletions:,}",
        "insertions": f"{score.insertions:,}",
        "real-time factor": f"{found.real_time_factor:.3f}",
    }
    if found.files + len(listening.failed) < len(listening.utterances):
        told["interrupted"] = f"after {found.files + len(listening.failed)} of {len(listening.utterances)} recordings"
    sys.stdout.write("".join(f"{name:18}{text}\n" for name, text in told.items()).translate(CONTROL))


def _plain(name: str, engine: str, listening: _Listening, untold: int) -> dict[str, Any]:
    """All of it as JSON; rates are shares."""
    found = summary(listening.heard)
    return {
        "model": name,
        "engine": engine,
        "recordings": found.files,
        "failed": {str(path): reason for path, reason in listening.failed.items()},
        "without_text": untold,
        "interrupted": found.files + len(listening.failed) < len(listening.utterances),
        **counts(found.score),
        "word_error_rate_low": found.low,
        "word_error_rate_high": found.high,
        "audio_seconds": found.audio_seconds,
        "machine_seconds": found.machine_seconds,
        "real_time_factor": found.real_time_factor,
        "heard": [
            {"file": str(one.utterance.path), "said": one.utterance.text, "heard": one.text, **counts(one.score)}
            for one in listening.heard
        ],
    }


def counts(score: Score) -> dict[str, Any]:
    """A score as JSON."""
    errors = {name: getattr(score, name) for name in ("words", "substitutions", "deletions", "insertions")}
    return errors | {"word_error_rate": score.rate}
