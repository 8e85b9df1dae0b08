"""A whole run, from recipe to model folder: prepare, train, export. What `freehold train <recipe>` does."""

import dataclasses
import json
import signal
from dataclasses import dataclass
from pathlib import Path

import torch

from freehold.contracts.errors import SetupError
from freehold.forge.corpus.overlap import EXCLUDED_DIGESTS, read_digests
from freehold.forge.corpus.prepare import Inputs, prepare
from freehold.forge.corpus.records import allowed
from freehold.forge.display import Display
from freehold.forge.export import export_model
from freehold.forge.recipe import RECIPES, Recipe
from freehold.forge.runs import RunLog
from freehold.forge.trainer import Trainer
from freehold.foundation.clock import SystemClock


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What the command line may change about a recipe's run; None keeps the recipe's own."""

    out: Path
    corpus: Path | None = None
    exclude_digests: Path = EXCLUDED_DIGESTS
    begin_with: Path | None = None  # a model folder whose weights and tokenizer the run goes on from
    minutes: float | None = None
    steps: int | None = None
    resume: bool = False
    threads: int = 1


def limited(recipe: Recipe, options: Options) -> Recipe:
    """The recipe with the limits of the command line; giving one limit lifts the other."""
    if options.minutes is None and options.steps is None:
        return recipe
    training = dataclasses.replace(recipe.training, minutes=options.minutes, steps=options.steps)
    return dataclasses.replace(recipe, training=training)


def _resumed_limits(options: Options) -> Options:
    """The limits the run was started with, unless the command line gives some."""
    if options.minutes is not None or options.steps is not None:
        return options
    try:
        training = json.loads((options.out / "config.json").read_text())["training"]
    except OSError as error:
        raise SetupError(f"{options.out} holds no run.", hint="Leave out --resume.") from error
    return dataclasses.replace(options, minutes=training["minutes"], steps=training["steps"])


def start(name: str, options: Options) -> bool:
    """Run a recipe to its end (True, the model is in `<out>/model`) or to Ctrl-C (False, a checkpoint is written).

    Refuses a folder that already holds a run unless told to resume it.
    """
    if options.resume:
        options = _resumed_limits(options)
    elif (options.out / "checkpoints").exists():
        raise SetupError(f"{options.out} already holds a run.", hint="Add --resume, or name another folder with --out.")
    recipe = limited(RECIPES[name](), options)
    torch.set_num_threads(options.threads)
    log = RunLog(options.out, SystemClock())
    log.configure(recipe, options.begin_with)
    with Display(name) as display:
        display.say(json.dumps(recipe.as_dict(), indent=1))
        excluded = read_digests(allowed(options.exclude_digests))
        inputs = Inputs(corpus=options.corpus, excluded=excluded, tokenizer_folder=options.begin_with)
        tokenizer = prepare(recipe, inputs, options.out / "data", display.say)
        trainer = Trainer(recipe, options.out / "data", tokenizer, log)
        if options.resume:
            trainer.resume()
        elif options.begin_with is not None:
            trainer.begin_with(options.begin_with)
        stop_on_signal(trainer)
        display.say(f"{recipe.model.parameters:,} parameters, {trainer.rows.rows:,} rows of {trainer.rows.row_tokens}")
        finished = trainer.run(display)
    if finished:
        export_model(options.out, options.out / "model")
    return finished


def stop_on_signal(trainer: Trainer) -> None:
    """Ctrl-C and SIGTERM end the run after the step in flight."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: trainer.stop.set())
