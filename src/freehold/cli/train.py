"""Train a small model from text to weights, evaluate it and export it."""

import argparse
import json
import sys
from pathlib import Path

from freehold.contracts.errors import SetupError
from freehold.forge.corpus.overlap import EXCLUDED_DIGESTS
from freehold.forge.recipe import RECIPES
from freehold.forge.runs import new_run_folder, newest_run_folder
from freehold.foundation.clock import SystemClock

EXAMPLES = """\
  freehold train tiny                                      prove that training works here, in under a minute
  freehold train starter --data ~/corpus --minutes 90      train the built-in chat model again
  freehold train starter --data ~/corpus --resume          go on with the newest interrupted run
  freehold train evaluate <model folder> --json            score a model on held-out conversations
  freehold train export <run> <folder>                     write the newest checkpoint as a model folder
  freehold train digests held.txt                          five-grams that no training text may hold
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """One sub-command for each recipe, and evaluate, export and digests."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="<recipe or action>")
    for name in RECIPES:
        _add_recipe(actions.add_parser(name, help=f"train the recipe '{name}'"))
    evaluate = actions.add_parser("evaluate", help="score a model folder on the held-out conversations")
    evaluate.add_argument("model", type=Path, help="folder with config.json, tokenizer.json and model.safetensors")
    evaluate.add_argument("--run", type=Path, help="run folder, to add its validation loss in bits per byte")
    evaluate.add_argument("--json", action="store_true", help="print everything as JSON")
    evaluate.add_argument("--write", action="store_true", help="write evaluation.json and the model card's scores")
    evaluate.add_argument("--threads", type=int, default=1, help="CPU threads (default: 1)")
    export = actions.add_parser("export", help="write a run's newest checkpoint as a model folder")
    export.add_argument("run", type=Path, help="run folder")
    export.add_argument("folder", type=Path, help="where to write the model")
    digests = actions.add_parser("digests", help="write digests of the held-out conversations' five-grams")
    digests.add_argument("path", type=Path, help="where to write them, for --exclude-digests")


def _add_recipe(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--data", type=Path, help="corpus folder; needed by recipes that read public text")
    parser.add_argument("--minutes", type=float, help="end after so many minutes of training")
    parser.add_argument("--steps", type=int, help="end after so many steps instead")
    parser.add_argument("--out", type=Path, help="run folder (default: a dated one in <data>/runs)")
    parser.add_argument("--begin-with", type=Path, metavar="MODEL", help="go on from a model's weights and tokenizer")
    parser.add_argument("--resume", action="store_true", help="go on from the newest checkpoint")
    parser.add_argument("--threads", type=int, default=1, help="CPU threads (default: 1)")
    parser.add_argument(
        "--exclude-digests",
        type=Path,
        metavar="FILE",
        help="drop texts that hold one of these five-grams (default: those of the evaluation prompts)",
    )


def run(arguments: argparse.Namespace) -> int:
    """0 when done, 130 when interrupted with a checkpoint written."""
    actions = {"evaluate": _evaluate, "export": _export, "digests": _digests}
    return actions.get(arguments.action, _train)(arguments)


# torch is imported inside the commands: `--help` and the other actions answer without it.


def _train(arguments: argparse.Namespace) -> int:
    from freehold.forge.start import Options, start

    name = arguments.action
    out = arguments.out or (newest_run_folder(name) if arguments.resume else new_run_folder(name, SystemClock()))
    options = Options(
        out=out,
        corpus=arguments.data,
        exclude_digests=arguments.exclude_digests or EXCLUDED_DIGESTS,
        begin_with=arguments.begin_with,
        minutes=arguments.minutes,
        steps=arguments.steps,
        resume=arguments.resume,
        threads=arguments.threads,
    )
    if start(name, options):
        print(f"The model is in {out / 'model'}")
        return 0
    data = f" --data {arguments.data}" if arguments.data else ""
    print(f"Interrupted; go on with: freehold train {name}{data} --out {out} --resume", file=sys.stderr)
    return 130


def _evaluate(arguments: argparse.Namespace) -> int:
    import torch

    from freehold.forge.evaluate import evaluate, render, write_evaluation

    torch.set_num_threads(arguments.threads)
    result = evaluate(arguments.model, arguments.run)
    print(json.dumps(result, indent=2, ensure_ascii=False) if arguments.json else render(result))
    if arguments.write:
        write_evaluation(arguments.model, result)
    return 0


def _export(arguments: argparse.Namespace) -> int:
    from freehold.forge.export import export_model

    export_model(arguments.run, arguments.folder)
    print(f"The model is in {arguments.folder}")
    return 0


def _digests(arguments: argparse.Namespace) -> int:
    from freehold.forge.corpus.overlap import write_digests
    from freehold.forge.held_out_prompts import user_turns

    try:
        count = write_digests(user_turns(), arguments.path)
    except OSError as error:
        raise SetupError(
            f"Cannot write {arguments.path}: {error.strerror}.", hint="Name a file you may write."
        ) from error
    print(f"{count} digests in {arguments.path}")
    return 0
