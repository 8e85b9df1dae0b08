"""Next-token loss over a packed batch, computed only where a target counts."""

import torch
from torch import Tensor
from torch.nn import functional as F

from freehold.forge.attention import packed_attention
from freehold.forge.corpus.packing import Batch
from freehold.nn.torch.decoder import Decoder


def summed_loss(decoder: Decoder, batch: Batch) -> tuple[Tensor, Tensor]:
    """Cross-entropy in nats summed over the batch's learned targets, and those targets [N].

    Summed, not averaged: whoever accumulates divides once by the targets of the whole step. Matrix products run in
    bfloat16, the residual stream, the softmax and the loss in float32.
    """
    device = decoder.embedding.weight.device
    targets = torch.from_numpy(batch.targets).to(device).flatten()
    learned = (targets >= 0).nonzero().squeeze(1)
    targets = targets[learned]
    attend = packed_attention(torch.from_numpy(batch.segments).to(device), torch.bfloat16)
    with torch.autocast(device.type, torch.bfloat16):
        tokens, positions = torch.from_numpy(batch.tokens), torch.from_numpy(batch.positions)
        hidden = decoder(tokens.to(device), positions.to(device), attend)
        logits = decoder.logits(hidden.flatten(0, 1)[learned])
    return F.cross_entropy(logits.float(), targets, reduction="sum"), targets
