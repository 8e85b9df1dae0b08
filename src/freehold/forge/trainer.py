"""The training loop: read rows, sum the loss, step, and write down what happened. Knows token ids, not sources.

A run is time-boxed or step-boxed: progress is the larger of steps done / steps and seconds spent / limit, and the
schedule is a function of progress, so the decay completes whatever the speed of the machine.
"""

import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer

from freehold.contracts.errors import SetupError
from freehold.forge.checkpoint import Place, latest_checkpoint, load_checkpoint, save_checkpoint
from freehold.forge.corpus.packing import Batch, PackedRows
from freehold.forge.corpus.tokenizer import bytes_per_token
from freehold.forge.display import Display
from freehold.forge.generate import reply
from freehold.forge.loss import summed_loss
from freehold.forge.recipe import Recipe, Training
from freehold.forge.runs import RunLog
from freehold.forge.schedule import learning_rate
from freehold.nn.torch.decoder import Decoder
from freehold.nn.torch.weights import load

METRICS_EVERY_STEPS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class StepResult:
    """Mean loss in nats per learned target, gradient norm before clipping, tokens read."""

    loss: float
    gradient_norm: float
    tokens: int


def make_optimiser(decoder: Decoder, training: Training) -> torch.optim.AdamW:
    """AdamW (arXiv 1711.05101); only matrices decay."""
    matrices = [parameter for parameter in decoder.parameters() if parameter.ndim > 1]
    others = [parameter for parameter in decoder.parameters() if parameter.ndim <= 1]
    groups = [{"params": matrices, "weight_decay": training.weight_decay}, {"params": others, "weight_decay": 0.0}]
    return torch.optim.AdamW(groups, lr=training.peak_learning_rate, betas=training.betas, eps=1e-8, fused=True)


def accumulate(decoder: Decoder, batch: Batch, micro_rows: int) -> float:
    """Gradients of the mean loss over all learned targets of the batch, whatever the micro-batch; returns that mean."""
    total = 0.0
    learned = max(batch.learned, 1)
    for at in range(0, len(batch.tokens), micro_rows):
        part = slice(at, at + micro_rows)
        micro = Batch(
            tokens=batch.tokens[part],
            targets=batch.targets[part],
            positions=batch.positions[part],
            segments=batch.segments[part],
        )
        loss, _ = summed_loss(decoder, micro)
        (loss / learned).backward()
        total += loss.item()
    return total / learned


class Trainer:
    """One run over packed rows. `stop` may be set from a signal handler; the step in flight is completed first."""

    def __init__(self, recipe: Recipe, data: Path, tokenizer: Tokenizer, log: RunLog) -> None:
        self.recipe, self.training, self.tokenizer, self.log = recipe, recipe.training, tokenizer, log
        if self.training.steps is None and self.training.minutes is None:
            raise SetupError("The run has no end.", hint="Give the recipe steps or minutes.")
        self.rows, self.held = PackedRows(data / "train"), PackedRows(data / "validation")
        device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        self.decoder = Decoder(recipe.model)
        self.decoder.initialise(torch.Generator().manual_seed(recipe.seed))
        self.decoder.to(device)
        self.optimiser = make_optimiser(self.decoder, self.training)
        self.stop = threading.Event()
        self.step = self.cursor = self.tokens = 0
        self._bytes = np.array(bytes_per_token(tokenizer))
        self._earlier_seconds, self._since = 0.0, time.monotonic()

    @property
    def seconds(self) -> float:
        """Time spent on this run, over all its sittings."""
        return self._earlier_seconds + time.monotonic() - self._since

    @property
    def progress(self) -> float:
        """The share of the run that is over, 0 to 1."""
        shares = [self.step / self.training.steps] if self.training.steps else []
        if self.training.minutes:
            shares.append(self.seconds / (self.training.minutes * 60))
        return min(max(shares), 1.0)

    def resume(self) -> None:
        """Go on from the run's newest checkpoint. Raises `SetupError` when the data is not what it was trained on."""
        place = load_checkpoint(latest_checkpoint(self.log.folder), self.decoder, self.optimiser)
        if place.content_hash != self.rows.content_hash:
            raise SetupError("The packed data changed since the checkpoint.", hint="Start a new run.")
        self.step, self.cursor, self.tokens = place.step, place.cursor, place.tokens
        self._earlier_seconds, self._since = place.seconds, time.monotonic()

    def begin_with(self, folder: Path) -> None:
        """Take the weights of a model folder; the optimiser starts afresh. Raises `SetupError` for another shape."""
        given = load(folder)
        if given.spec != self.recipe.model:
            raise SetupError(f"The model in {folder} has another shape than the recipe's.")
        self.decoder.load_state_dict(given.state_dict())

    def save(self) -> Path:
        """Write a checkpoint of this moment."""
        place = Place(
            step=self.step,
            cursor=self.cursor,
            tokens=self.tokens,
            seconds=self.seconds,
            content_hash=self.rows.content_hash,
        )
        return save_checkpoint(self.log.folder, place, self.decoder, self.optimiser)

    def _batches(self) -> Iterator[Batch]:
        for rows in self.rows.stream(self.recipe.seed, self.cursor, self.training.rows_per_step):
            yield self.rows.batch(rows)

    def train_step(self, batch: Batch) -> StepResult:
        """One optimiser step on one batch."""
        rate = learning_rate(self.training, self.progress)
        for group in self.optimiser.param_groups:
            group["lr"] = rate
        loss = accumulate(self.decoder, batch, self.training.micro_rows)
        norm = torch.nn.utils.clip_grad_norm_(self.decoder.parameters(), self.training.clip_norm)
        self.optimiser.step()
        self.optimiser.zero_grad(set_to_none=True)
        self.step += 1
        self.cursor += len(batch.tokens)
        self.tokens += batch.tokens.size
        return StepResult(loss=loss, gradient_norm=norm.item(), tokens=batch.tokens.size)

    def run(self, display: Display) -> bool:
        """Train until the limit (True) or until `stop` is set (False); a checkpoint is written either way."""
        self.log.status("running", step=self.step)
        next_save = time.monotonic() + self.training.checkpoint_minutes * 60
        for batch in self._batches():
            if self.stop.is_set() or self.progress >= 1.0:
                break
            began = time.monotonic()
            result = self.train_step(batch)
            self._record(result, result.tokens / (time.monotonic() - began), display)
            if time.monotonic() >= next_save:
                self.save()
                next_save = time.monotonic() + self.training.checkpoint_minutes * 60
        finished = self.progress >= 1.0
        if finished and self.step % self.training.validate_every_steps:
            self._look(display)
        self.save()
        self.log.status("finished" if finished else "interrupted", step=self.step, tokens=self.tokens)
        return finished

    def _record(self, result: StepResult, tokens_per_second: float, display: Display) -> None:
        display.show(self.progress, self.step, result.loss, tokens_per_second)
        if self.step % METRICS_EVERY_STEPS == 0 or self.step == 1:
            self.log.metrics(
                self.step,
                loss=result.loss,
                gradient_norm=result.gradient_norm,
                learning_rate=self.optimiser.param_groups[0]["lr"],
                tokens_per_second=tokens_per_second,
                tokens=self.tokens,
                progress=self.progress,
            )
            self.log.status("running", step=self.step, progress=self.progress, loss=result.loss)
        if self.step % self.training.validate_every_steps == 0:
            self._look(display)

    def validate(self) -> tuple[float, float]:
        """Loss on the rows set aside: nats per learned token, and bits per byte of the text they spell."""
        nats, bytes_read, targets_read = 0.0, 0, 0
        with torch.inference_mode():
            for at in range(0, min(self.held.rows, self.training.validation_rows), self.training.micro_rows):
                rows = np.arange(at, min(at + self.training.micro_rows, self.held.rows))
                loss, targets = summed_loss(self.decoder, self.held.batch(rows))
                nats += loss.item()
                bytes_read += int(self._bytes[targets.cpu().numpy()].sum())
                targets_read += targets.numel()
        return nats / max(targets_read, 1), nats / np.log(2) / max(bytes_read, 1)

    def _look(self, display: Display) -> None:
        """Validate, and sometimes ask the model something."""
        nats, bits_per_byte = self.validate()
        self.log.metrics(self.step, validation_loss=nats, validation_bits_per_byte=bits_per_byte)
        display.say(f"step {self.step}: validation {nats:.3f} nats per token, {bits_per_byte:.3f} bits per byte")
        if self.step % self.training.sample_every_steps and self.progress < 1.0:
            return
        for prompt in self.training.sample_prompts:
            answer = reply(self.decoder, self.tokenizer, [{"role": "user", "content": prompt}], most_tokens=48)
            self.log.sample(self.step, prompt, answer.text)
            display.say(f"  {prompt}  →  {answer.text}")
