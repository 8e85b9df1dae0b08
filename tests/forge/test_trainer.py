"""The loop: what is interrupted and resumed, and what is accumulated, equals what is not."""

import dataclasses
import json
from pathlib import Path

import numpy as np
import pytest
import torch

from freehold.contracts.errors import SetupError
from freehold.forge.attention import packed_attention
from freehold.forge.checkpoint import latest_checkpoint
from freehold.forge.corpus.packing import PackedRows
from freehold.forge.corpus.prepare import Inputs, prepare
from freehold.forge.display import Display
from freehold.forge.recipe import Recipe
from freehold.forge.runs import RunLog
from freehold.forge.trainer import StepResult, Trainer, accumulate, make_optimiser
from freehold.foundation.clock import SystemClock
from freehold.nn.torch.weights import save


class Recorder(Trainer):
    """Remembers the loss of each step; stops as Ctrl-C does once `interrupt_after` steps are done."""

    interrupt_after: int | None = None

    def _record(self, result: StepResult, tokens_per_second: float, display: Display) -> None:
        self.losses = [*getattr(self, "losses", []), result.loss]
        super()._record(result, tokens_per_second, display)
        if self.step == self.interrupt_after:
            self.stop.set()


def trainer(recipe: Recipe, data: Path, run: Path) -> Recorder:
    return Recorder(recipe, data, prepare(recipe, Inputs(), data, lambda line: None), RunLog(run, SystemClock()))


def test_a_run_interrupted_and_resumed_repeats_the_uninterrupted_losses_bit_for_bit(
    recipe: Recipe, tmp_path: Path
) -> None:
    whole = trainer(recipe, tmp_path / "data", tmp_path / "whole")
    assert whole.run(Display("whole"))
    first = trainer(recipe, tmp_path / "data", tmp_path / "parts")
    first.interrupt_after = 3
    assert not first.run(Display("first"))
    assert json.loads((tmp_path / "parts" / "status.json").read_text())["state"] == "interrupted"
    second = trainer(recipe, tmp_path / "data", tmp_path / "parts")
    second.resume()
    assert second.run(Display("second"))
    assert first.losses + second.losses == whole.losses
    for name, parameter in whole.decoder.state_dict().items():
        assert torch.equal(parameter, second.decoder.state_dict()[name]), name


def test_accumulated_gradients_equal_those_of_one_batch_whatever_the_micro_batches_hold(
    recipe: Recipe, tmp_path: Path
) -> None:
    whole = trainer(recipe, tmp_path / "data", tmp_path / "run")
    batch = whole.rows.batch(np.arange(8))
    gradients = []
    losses = []
    for micro_rows in (8, 3, 1):
        whole.optimiser.zero_grad(set_to_none=True)
        losses.append(accumulate(whole.decoder, batch, micro_rows))
        gradients.append(torch.cat([p.grad.flatten() for p in whole.decoder.parameters() if p.grad is not None]))
    counts = (batch.targets >= 0).sum(axis=1)
    assert counts.min() != counts.max()
    for loss, gradient in zip(losses[1:], gradients[1:], strict=True):
        assert loss == pytest.approx(losses[0], rel=1e-5)
        assert torch.nn.functional.cosine_similarity(gradient, gradients[0], dim=0) > 0.9999
        assert gradient.norm().item() == pytest.approx(gradients[0].norm().item(), rel=2e-3)


def test_a_segment_is_predicted_the_same_alone_and_packed_beside_others(recipe: Recipe, tmp_path: Path) -> None:
    run = trainer(recipe, tmp_path / "data", tmp_path / "run")
    batch = run.rows.batch(np.arange(1))
    inside = batch.segments[0] == 2
    where = np.flatnonzero(inside)
    with torch.no_grad():
        tokens, positions = torch.from_numpy(batch.tokens), torch.from_numpy(batch.positions)
        packed = run.decoder(tokens, positions, packed_attention(torch.from_numpy(batch.segments), torch.float32))
        alone_segments = torch.ones(1, len(where), dtype=torch.int64)
        alone = run.decoder(tokens[:, where], positions[:, where], packed_attention(alone_segments, torch.float32))
    torch.testing.assert_close(packed[:, where], alone, rtol=1e-4, atol=1e-5)


def test_only_matrices_decay(recipe: Recipe, tmp_path: Path) -> None:
    run = trainer(recipe, tmp_path / "data", tmp_path / "run")
    for group in make_optimiser(run.decoder, recipe.training).param_groups:
        assert all((parameter.ndim > 1) == (group["weight_decay"] > 0) for parameter in group["params"])


def test_a_time_boxed_run_reaches_the_end_of_its_schedule(recipe: Recipe, tmp_path: Path) -> None:
    boxed = dataclasses.replace(recipe.training, steps=None, minutes=1 / 60)
    run = trainer(dataclasses.replace(recipe, training=boxed), tmp_path / "data", tmp_path / "run")
    assert run.run(Display("boxed"))
    assert run.progress == 1.0
    assert 0 < run.optimiser.param_groups[0]["lr"] < boxed.peak_learning_rate


def test_a_run_without_an_end_is_refused(recipe: Recipe, tmp_path: Path) -> None:
    endless = dataclasses.replace(recipe.training, steps=None)
    with pytest.raises(SetupError, match="no end"):
        trainer(dataclasses.replace(recipe, training=endless), tmp_path / "data", tmp_path / "run")


def test_resuming_on_other_data_is_refused(recipe: Recipe, tmp_path: Path) -> None:
    trainer(recipe, tmp_path / "data", tmp_path / "run").save()
    other = dataclasses.replace(recipe, seed=recipe.seed + 1)
    with pytest.raises(SetupError, match="changed"):
        trainer(other, tmp_path / "other", tmp_path / "run").resume()


def test_an_unfinished_checkpoint_is_never_the_latest(recipe: Recipe, tmp_path: Path) -> None:
    run = trainer(recipe, tmp_path / "data", tmp_path / "run")
    saved = run.save()
    (tmp_path / "run" / "checkpoints" / "step-0000009.partial").mkdir()
    assert latest_checkpoint(tmp_path / "run") == saved


def test_the_stream_reads_every_row_once_an_epoch_from_any_cursor(recipe: Recipe, tmp_path: Path) -> None:
    rows: PackedRows = trainer(recipe, tmp_path / "data", tmp_path / "run").rows
    stream = rows.stream(1, 0, 1)
    order = [int(next(stream)[0]) for _ in range(2 * rows.rows)]
    assert sorted(order[: rows.rows]) == sorted(order[rows.rows :]) == list(range(rows.rows))
    assert order[: rows.rows] != order[rows.rows :]
    assert next(rows.stream(1, 5, 7)).tolist() == order[5:12]


def test_a_run_may_go_on_from_another_models_weights_but_not_from_another_shape(recipe: Recipe, tmp_path: Path) -> None:
    prepare(recipe, Inputs(), tmp_path / "data", print)
    first = trainer(recipe, tmp_path / "data", tmp_path / "first")
    first.run(Display("test"))
    save(first.decoder, tmp_path / "model", torch.float32)
    second = trainer(recipe, tmp_path / "data", tmp_path / "second")
    second.begin_with(tmp_path / "model")
    for ours, theirs in zip(second.decoder.parameters(), first.decoder.parameters(), strict=True):
        assert torch.equal(ours, theirs)
    wider = dataclasses.replace(recipe, model=dataclasses.replace(recipe.model, intermediate_size=96))
    with pytest.raises(SetupError, match="another shape"):
        trainer(wider, tmp_path / "data", tmp_path / "third").begin_with(tmp_path / "model")
