"""Causal attention for training and for one growing sequence, in plain products: on a CPU they beat the fused kernel.

Shapes: B rows, T tokens, S tokens seen, H heads, K key-value heads, d head_dim, r = H / K.
"""

import torch
from torch import Tensor

from freehold.nn.torch.decoder import Attend


def packed_mask(segments_BT: Tensor) -> Tensor:
    """0 where a token may look, -inf elsewhere: only back, only within its segment. [B, 1, T, T]."""
    length = segments_BT.shape[1]
    causal = torch.ones(length, length, dtype=torch.bool, device=segments_BT.device).tril()
    visible = (segments_BT[:, :, None] == segments_BT[:, None, :]) & causal
    mask = torch.zeros(visible.shape, dtype=torch.float32, device=segments_BT.device)
    return mask.masked_fill_(~visible, float("-inf")).unsqueeze(1)


def attention(q_BTHd: Tensor, k_BSKd: Tensor, v_BSKd: Tensor, mask: Tensor) -> Tensor:
    """softmax(q kᵀ / √d + mask) v -> [B, T, H, d]; the r query heads of one key-value head share one product."""
    batch, length, heads, size = q_BTHd.shape
    seen, groups = k_BSKd.shape[1:3]
    ratio = heads // groups
    q = (q_BTHd * size**-0.5).view(batch, length, groups, ratio, size).permute(0, 2, 3, 1, 4)
    q = q.reshape(batch * groups, ratio * length, size)
    k = k_BSKd.permute(0, 2, 3, 1).reshape(batch * groups, size, seen)
    v = v_BSKd.transpose(1, 2).reshape(batch * groups, seen, size)
    scores = torch.bmm(q, k).view(batch, heads, length, seen) + mask
    weights = scores.softmax(-1).view(batch * groups, ratio * length, seen)
    out = torch.bmm(weights, v).view(batch, groups, ratio, length, size)
    return out.permute(0, 3, 1, 2, 4).reshape(batch, length, heads, size)


def packed_attention(segments_BT: Tensor, dtype: torch.dtype) -> Attend:
    """The attention seam of training: every layer sees the same mask; products run in `dtype`."""
    mask = packed_mask(segments_BT).to(dtype)

    def attend(layer: int, q: Tensor, k: Tensor, v: Tensor) -> Tensor:
        return attention(q.to(dtype), k.to(dtype), v.to(dtype), mask)

    return attend


class Cache:
    """Keys and values of one sequence, for generation; its `attend` appends to them."""

    def __init__(self) -> None:
        self._keys: dict[int, Tensor] = {}
        self._values: dict[int, Tensor] = {}

    def attend(self, layer: int, q: Tensor, k: Tensor, v: Tensor) -> Tensor:
        """q [1, T, H, d] for the newest T tokens."""
        if layer in self._keys:
            k = torch.cat((self._keys[layer], k), dim=1)
            v = torch.cat((self._values[layer], v), dim=1)
        self._keys[layer], self._values[layer] = k, v
        new, seen = q.shape[1], k.shape[1]
        mask = torch.full((new, seen), float("-inf"), dtype=q.dtype, device=q.device).triu(seen - new + 1)
        return attention(q, k, v, mask)
