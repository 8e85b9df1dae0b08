"""Hugging Face transformers reading a prompt in bfloat16, with the faster of its attentions for a CPU."""

import time
import warnings
from pathlib import Path
from typing import Any

import torch
import transformers
from transformers import AutoModelForCausalLM

from bench.case import Taken

NAME = f"transformers {transformers.__version__}"
ATTENTIONS = ("sdpa", "eager")


class Reader:
    """A model folder, loaded; tries all attentions on a prompt and keeps the fastest."""

    def __init__(self, folder: Path, prompt: list[int], threads: int) -> None:
        transformers.logging.set_verbosity_error()
        transformers.logging.disable_progress_bar()
        warnings.filterwarnings("ignore", module="transformers")
        torch.set_num_threads(threads)
        model: Any = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.bfloat16)
        self._model = model.eval()
        self._prompt = torch.tensor([prompt])
        seconds = {attention: self._trial(attention) for attention in ATTENTIONS}
        self._model.set_attn_implementation(min(ATTENTIONS, key=lambda attention: seconds[attention]))
        self.tried = [f"bfloat16 {name}: {len(prompt) / taken:,.0f} tokens/s" for name, taken in seconds.items()]

    @torch.inference_mode()
    def read(self) -> Taken:
        """Compute the prompt's keys, values and last logits."""
        started, cpu_started = time.perf_counter(), time.process_time()
        self._model(self._prompt, use_cache=True, logits_to_keep=1)
        return Taken(amount=time.perf_counter() - started, cpu_seconds=time.process_time() - cpu_started)

    def _trial(self, attention: str) -> float:
        self._model.set_attn_implementation(attention)
        self.read()
        return min(self.read().amount for _ in range(2))
