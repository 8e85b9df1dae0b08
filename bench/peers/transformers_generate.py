"""Hugging Face transformers: `generate` on a static batch, with the fastest of its settings for a CPU."""

import time
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
import transformers
from transformers import AutoModelForCausalLM

PILOT_TOKENS = 32
SETTINGS = [
    {"dtype": torch.float32, "attn_implementation": "sdpa"},
    {"dtype": torch.float32, "attn_implementation": "eager"},
    {"dtype": torch.bfloat16, "attn_implementation": "sdpa"},
    {"dtype": torch.bfloat16, "attn_implementation": "eager"},
    {"dtype": torch.float32, "attn_implementation": "sdpa", "cache_implementation": "static"},
    {"dtype": torch.bfloat16, "attn_implementation": "sdpa", "cache_implementation": "static"},
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """One setting and how fast a short run of it was."""

    setting: Mapping[str, Any]
    tokens_per_second: float

    def __str__(self) -> str:
        dtype = str(self.setting["dtype"]).removeprefix("torch.")
        cache = self.setting.get("cache_implementation", "dynamic")
        rate = f"{self.tokens_per_second:,.0f} tokens/s"
        return f"{dtype}, {self.setting['attn_implementation']}, {cache} cache: {rate}"


class TransformersPeer:
    """Loads a folder once per setting; `choose` tries all of them and keeps the fastest."""

    name = f"transformers {transformers.__version__}"

    def __init__(self, folder: Path) -> None:
        transformers.logging.set_verbosity_error()
        transformers.logging.disable_progress_bar()
        warnings.filterwarnings("ignore", module="transformers")
        self._models = {
            (setting["dtype"], setting["attn_implementation"]): _load(folder, setting) for setting in SETTINGS
        }
        self._setting: Mapping[str, Any] = SETTINGS[0]

    def choose(self, prompts: list[list[int]]) -> list[Trial]:
        """Try every setting on the prompts, fastest first, and use that from now on."""
        trials: list[Trial] = []
        for self._setting in SETTINGS:
            self.generate(prompts, 4)
            seconds = min(self._timed(prompts, PILOT_TOKENS) for _ in range(2))
            rate = len(prompts) * PILOT_TOKENS / seconds
            trials.append(Trial(setting=self._setting, tokens_per_second=rate))
        trials.sort(key=lambda trial: -trial.tokens_per_second)
        self._setting = trials[0].setting
        return trials

    @torch.inference_mode()
    def generate(self, prompts: list[list[int]], tokens: int) -> list[list[int]]:
        """Continue every prompt greedily by exactly `tokens` tokens."""
        model = self._models[self._setting["dtype"], self._setting["attn_implementation"]]
        batch = torch.tensor(prompts)
        options = {key: value for key, value in self._setting.items() if key == "cache_implementation"}
        found = model.generate(
            batch,
            attention_mask=torch.ones_like(batch),
            do_sample=False,
            max_new_tokens=tokens,
            eos_token_id=None,
            pad_token_id=0,
            use_cache=True,
            **options,
        )
        return found[:, batch.shape[1] :].tolist()

    def _timed(self, prompts: list[list[int]], tokens: int) -> float:
        started = time.perf_counter()
        self.generate(prompts, tokens)
        return time.perf_counter() - started


def _load(folder: Path, setting: Mapping[str, Any]) -> Any:
    model = AutoModelForCausalLM.from_pretrained(
        folder, dtype=setting["dtype"], attn_implementation=setting["attn_implementation"]
    )
    model.generation_config.eos_token_id = None
    return model.eval()
