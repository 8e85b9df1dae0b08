from pathlib import Path

import pytest

from freehold.contracts.errors import SetupError
from freehold.foundation.memory import available_bytes, total_bytes
from freehold.models import DecoderSpec
from freehold.nn.memory import PROCESS_BYTES, Wish, cache_bytes, choose_cache_tokens, weight_bytes
from plain_model import SPEC

GIB = 1 << 30
BIG = DecoderSpec(
    vocab_size=128_256,
    hidden_size=4096,
    layers=32,
    heads=32,
    kv_heads=8,
    head_dim=128,
    intermediate_size=14_336,
    context_length=131_072,
)


def wish(weights: str = "q8_0", tokens: int = 0) -> Wish:
    return Wish(weights=weights, file_bytes=16 * GIB, cache="f16", cache_tokens=tokens)  # pyright: ignore[reportArgumentType]


def test_an_8b_model_takes_what_its_format_says() -> None:
    assert 8.0e9 < BIG.parameters < 8.1e9
    assert weight_bytes(BIG, wish("q8_0")) == pytest.approx(BIG.parameters * 34 / 32, rel=1e-6)
    assert weight_bytes(BIG, wish("stored")) == 16 * GIB
    assert cache_bytes(BIG, "f16", 1) == 128 * 1024


def test_an_open_wish_takes_half_of_what_is_left_but_no_more_than_the_usual() -> None:
    room = weight_bytes(BIG, wish()) + PROCESS_BYTES
    assert choose_cache_tokens(BIG, wish(), room + 2 * GIB) == GIB // (128 * 1024)
    assert choose_cache_tokens(SPEC, wish(), 64 * GIB) == 65_536


def test_a_model_that_does_not_fit_is_refused_with_a_setting_that_does() -> None:
    with pytest.raises(SetupError) as refusal:
        choose_cache_tokens(BIG, wish(tokens=65_536), 12 * GIB)
    assert "8.0 GiB for a cache of 65536 tokens; 12.0 GiB is free" in refusal.value.message
    advised = int(refusal.value.hint.split("--cache-tokens ")[1].rstrip("."))
    assert choose_cache_tokens(BIG, wish(tokens=advised), 12 * GIB) == advised

    with pytest.raises(SetupError) as refusal:
        choose_cache_tokens(BIG, wish("bf16"), 12 * GIB)
    assert "--weights q8_0 --cache-tokens" in refusal.value.hint

    with pytest.raises(SetupError) as refusal:
        choose_cache_tokens(BIG, wish(), 2 * GIB)
    assert "No setting fits" in refusal.value.hint


def test_a_container_is_believed_before_the_machine(tmp_path: Path) -> None:
    (tmp_path / "memory.max").write_text(str(GIB))
    (tmp_path / "memory.current").write_text(str(GIB // 2))
    (tmp_path / "memory.stat").write_text(f"anon 5\nactive_file {GIB // 8}\ninactive_file {GIB // 8}\n")
    assert total_bytes(tmp_path) == GIB
    assert available_bytes(tmp_path) == GIB - GIB // 4
    (tmp_path / "memory.max").write_text("max")
    assert total_bytes(tmp_path) > GIB
