// Multi-head latent attention in DeepSeek-V2's absorbed form (arXiv 2405.04434, section 2.1): a query is turned into
// the space of the cached latents (k_up), attention happens there, and what it returns becomes the heads' values
// (v_up).
#include <cstring>

#include "step.h"

namespace freehold {

void Step::project_latent(const Layer& layer, int index) {
    const Linear& first = spec.q_rank ? layer.q_down : layer.q;
    settle(rows_, spec.hidden_size, [&](int row) { read_stream(row, layer.attention_norm, {&first, &layer.kv_down}); });
    pending_count_ = 0;
    float* q = b.projected.data();
    float* latent = q + spec.heads * spec.head_dim;
    Product to_latent = product(layer.kv_down, b.normed, 0, rows_, latent, d.projected_width);
    if (spec.q_rank) {
        multiply({product(first, b.normed, 0, rows_, b.query_low.row(0), b.query_low.columns()), to_latent});
        settle(rows_, spec.q_rank, [&](int row) {
            norm(layer.q_down_norm, b.query_low.row(row), spec.q_rank, b.query_low.row(row));
            prepare(b.query_low, 0, rows_, row, {&layer.q_up});
        });
        multiply({product(layer.q_up, b.query_low, 0, rows_, q, d.projected_width)});
    } else {
        multiply({product(first, b.normed, 0, rows_, q, d.projected_width), to_latent});
    }
    settle(rows_, d.projected_width, [&](int token) { place_latent_token(layer, index, token); });
    list.clear();
    for (int head = 0; head < spec.heads; head++) {
        list.push_back(product(layer.k_up[head], b.nope, size_t(head) * rows_, rows_,
                               b.latent_queries.data() + head * d.key_dim, size_t(spec.heads) * d.key_dim));
    }
    multiply(list);
}

void Step::place_latent_token(const Layer& layer, int index, int token) {
    float* q = b.projected.data() + size_t(token) * d.projected_width;
    float* latent = q + spec.heads * spec.head_dim;
    norm(layer.kv_norm, latent, spec.kv_rank, latent);
    rotate(index, token, latent + spec.kv_rank);
    v.remember(d.cache.shape(), d.cache.block(index, d.tiles.page(token), 0), d.tiles.slot(token), latent, nullptr);
    v.scale(q, spec.attention_scale, spec.heads * spec.head_dim);
    for (int head = 0; head < spec.heads; head++, q += spec.head_dim) {
        rotate(index, token, q + spec.nope_dim);
        float* query = b.latent_queries.data() + (size_t(token) * spec.heads + head) * d.key_dim;
        memcpy(query + spec.kv_rank, q + spec.nope_dim, spec.rope_dim * sizeof(float));
        size_t first = size_t(head) * rows_;
        memcpy(b.nope.row(first + token), q, spec.nope_dim * sizeof(float));
        prepare(b.nope, first, rows_, token, {&layer.k_up[head]});
    }
}

void Step::mix_latent(const Layer& layer) {
    settle(rows_, spec.heads * spec.kv_rank, [&](int row) {
        collect(row, b.latents.row(row), size_t(rows_) * b.latents.columns(), spec.kv_rank);
        for (int head = 0; head < spec.heads; head++) {
            prepare(b.latents, size_t(head) * rows_, rows_, row, {&layer.v_up[head]});
        }
    });
    narrow_stream();
    list.clear();
    for (int head = 0; head < spec.heads; head++) {
        list.push_back(product(layer.v_up[head], b.latents, size_t(head) * rows_, rows_,
                               b.attended.row(0) + head * spec.value_dim, b.attended.columns()));
    }
    multiply(list);
    settle(rows_, spec.heads * spec.value_dim, [&](int row) { prepare(b.attended, 0, rows_, row, {&layer.o}); });
    multiply({product(layer.o, b.attended, 0, rows_, b.mixed.data(), spec.hidden_size)});
}

}  // namespace freehold
