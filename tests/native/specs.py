"""Tiny networks, one for each thing that a spec can say."""

from dataclasses import replace

from freehold.models import DecoderSpec, Experts, Latent, Llama3Scaling, Rope, YarnScaling

PLAIN = DecoderSpec(
    vocab_size=97,
    hidden_size=64,
    layers=3,
    heads=4,
    kv_heads=4,
    head_dim=16,
    intermediate_size=96,
    context_length=1024,
)
EXPERTS = Experts(count=8, chosen=3, intermediate_size=32)
LATENT = Latent(kv_rank=40, q_rank=24, nope_dim=16, rope_dim=8, value_dim=12)

SPECS = {
    "plain": PLAIN,
    "grouped queries": replace(PLAIN, heads=6, kv_heads=2),
    "one key-value head": replace(PLAIN, heads=20, kv_heads=1, head_dim=8),
    "sizes that fill no vector": replace(PLAIN, hidden_size=50, heads=3, kv_heads=1, head_dim=10, intermediate_size=70),
    "tied embeddings": replace(PLAIN, tied_embeddings=True, embedding_scale=8.0),
    "head norms": replace(PLAIN, qk_norm=True),
    "windows": replace(PLAIN, windows=(0, 20, 300), local_rope=Rope(theta=100.0)),
    "softcaps": replace(PLAIN, attention_softcap=2.0, logit_softcap=3.0, attention_scale=0.4),
    "sandwich norms": replace(PLAIN, post_norms=True, activation="gelu_tanh"),
    "parallel blocks": replace(PLAIN, parallel=True, norm="layer", activation="gelu", gated=False),
    "biases": replace(PLAIN, qkv_bias=True, output_bias=True, feed_forward_bias=True, norm="layer"),
    "biases without gate": replace(PLAIN, feed_forward_bias=True, gated=False, activation="gelu_tanh", post_norms=True),
    "some dimensions turn": replace(PLAIN, rope=Rope(dims=6)),
    "interleaved pairs": replace(
        PLAIN, rope=Rope(interleaved=True, scaling=YarnScaling(factor=4.0, original_context_length=64, magnitude=1.1))
    ),
    "scaled rotation": replace(
        PLAIN,
        rope=Rope(
            scaling=Llama3Scaling(factor=8.0, low_freq_factor=1.0, high_freq_factor=4.0, original_context_length=64)
        ),
    ),
    "experts": replace(PLAIN, experts=EXPERTS),
    "experts of the best groups": replace(
        PLAIN,
        experts=replace(
            EXPERTS, groups=4, chosen_groups=2, normalised=False, scale=2.0, shared_intermediate_size=48, first_layer=1
        ),
    ),
    "experts with biases, without gate": replace(
        PLAIN, experts=EXPERTS, feed_forward_bias=True, gated=False, post_norms=True
    ),
    "latent attention": replace(PLAIN, kv_heads=4, head_dim=24, latent=LATENT),
    "latent attention, plain queries": replace(
        PLAIN,
        heads=20,
        kv_heads=20,
        head_dim=24,
        latent=replace(LATENT, q_rank=0),
        rope=Rope(interleaved=True),
        experts=EXPERTS,
    ),
}
