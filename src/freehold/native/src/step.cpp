#include "step.h"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace freehold {

namespace {

constexpr int64_t PART_BYTES = 64 << 10;  // weights times rows below which handing out costs more than it evens out

}  // namespace

Step::Step(Decoder& decoder, Team& team, const FreeholdBatch& batch, float* logits)
    : d(decoder),
      b(decoder.buffers),
      spec(decoder.spec),
      v(decoder.vectors),
      team(team),
      batch(batch),
      logits(logits),
      list(decoder.lists[team.index]),
      stream_(b.stream.data()),
      rows_(batch.tokens_count) {}

void Step::run() {
    embed();
    for (int i = 0; i < spec.layers; i++) {
        attention(d.weights.layers[i], i);
        if (rows_ == 0) return;  // the cache is written and nobody asks for logits
        feed_forward(d.weights.layers[i]);
    }
    write_logits();
}

void Step::embed() {
    settle(rows_, spec.hidden_size, [&](int token) {
        float* x = stream_row(token);
        read_row(d.weights.embedding.weight, batch.tokens[token], x);
        if (spec.embedding_scale != 1) v.scale(x, spec.embedding_scale, spec.hidden_size);
        const FreeholdRope* ropes[] = {&spec.rope, &spec.local_rope};
        for (int kind = 0; kind < 2; kind++) {
            for (int i = 0, pairs = ropes[kind]->pairs; i < pairs; i++) {
                double angle = double(d.tiles.position(token)) * d.frequencies[kind][i];
                b.cosines[kind][size_t(token) * pairs + i] = float(std::cos(angle) * ropes[kind]->magnitude);
                b.sines[kind][size_t(token) * pairs + i] = float(std::sin(angle) * ropes[kind]->magnitude);
            }
        }
    });
}

// --------------------------------------------------------------------------------------------------------- attention

void Step::attention(const Layer& layer, int index) {
    if (spec.kv_rank) {
        project_latent(layer, index);
    } else {
        project(layer, index);
    }
    if (index == spec.layers - 1) narrow_ = true, rows_ = batch.logit_rows_count;
    if (rows_ == 0) return;
    attend(index);
    if (spec.kv_rank) {
        mix_latent(layer);
    } else {
        mix(layer);
    }
    pending_[pending_count_++] = {b.mixed.data(), &layer.o, spec.post_norms ? &layer.attention_post_norm : nullptr,
                                  false};
}

void Step::project(const Layer& layer, int index) {
    settle(rows_, spec.hidden_size,
           [&](int row) { read_stream(row, layer.attention_norm, {&layer.q, &layer.k, &layer.v}); });
    pending_count_ = 0;
    float* q = b.projected.data();
    float* k = q + spec.heads * spec.head_dim;
    float* value = k + spec.kv_heads * spec.head_dim;
    multiply({product(layer.q, b.normed, 0, rows_, q, d.projected_width),
              product(layer.k, b.normed, 0, rows_, k, d.projected_width),
              product(layer.v, b.normed, 0, rows_, value, d.projected_width)});
    settle(rows_, d.projected_width, [&](int token) { place_token(layer, index, token); });
}

// Biases, norms of heads, rotation; the key and value go to the cache.
void Step::place_token(const Layer& layer, int index, int token) {
    int size = spec.head_dim, queries = spec.heads * size, keys = spec.kv_heads * size;
    float* q = b.projected.data() + size_t(token) * d.projected_width;
    float *k = q + queries, *value = k + keys;
    if (spec.qkv_bias) {
        v.add(q, layer.q.bias.data(), queries);
        v.add(k, layer.k.bias.data(), keys);
        v.add(value, layer.v.bias.data(), keys);
    }
    for (int head = 0; head < spec.heads; head++) {
        if (spec.qk_norm) norm(layer.q_norm, q + head * size, size, q + head * size);
        rotate(index, token, q + head * size);
    }
    v.scale(q, spec.attention_scale, queries);
    for (int head = 0; head < spec.kv_heads; head++) {
        if (spec.qk_norm) norm(layer.k_norm, k + head * size, size, k + head * size);
        rotate(index, token, k + head * size);
        uint8_t* block = d.cache.block(index, d.tiles.page(token), head);
        v.remember(d.cache.shape(), block, d.tiles.slot(token), k + head * size, value + head * size);
    }
}

void Step::attend(int index) {
    auto begin = Clock::now();
    const float* queries = spec.kv_rank ? b.latent_queries.data() : b.projected.data();
    size_t stride = spec.kv_rank ? size_t(spec.heads) * d.key_dim : d.projected_width;
    AttentionLayer layer{&d.cache, index, d.windows[index], spec.attention_softcap, queries, stride};
    team.spread(d.tiles.tasks(), 1, [&](int first, int last) {
        for (int task = first; task < last; task++) {
            if (!narrow_ || d.tiles.wanted(task)) d.tiles.run(task, team.index, layer);
        }
    });
    attention_seconds += seconds_since(begin);
}

void Step::mix(const Layer& layer) {
    settle(rows_, spec.heads * spec.head_dim, [&](int row) {
        collect(row, b.attended.row(row), spec.head_dim, spec.head_dim);
        prepare(b.attended, 0, rows_, row, {&layer.o});
    });
    narrow_stream();
    multiply({product(layer.o, b.attended, 0, rows_, b.mixed.data(), spec.hidden_size)});
}

// Results of attention for a row of the stream, head by head.
void Step::collect(int row, float* out, size_t head_stride, int head_size) {
    int token = token_of(row);
    if (narrow_)
        memcpy(b.narrow.data() + size_t(row) * d.stream_stride, stream_row(token), spec.hidden_size * sizeof(float));
    const float* results = d.tiles.collect(token);
    int width = d.cache.shape().output_width;
    for (int head = 0; head < spec.heads; head++) {
        memcpy(out + head * head_stride, results + size_t(head) * width, head_size * sizeof(float));
    }
}

// In the last layer the stream goes on with the rows that `collect` has copied.
void Step::narrow_stream() {
    if (narrow_) stream_ = b.narrow.data();
}

// ------------------------------------------------------------------------------------------------------ feed-forward

void Step::feed_forward(const Layer& layer) {
    bool routed = !layer.experts.empty();
    if (routed) routed_layer_ = &layer;
    const FeedForward& part = routed ? layer.shared : layer.feed_forward;
    bool dense = !routed || spec.shared_size;
    const Linear* gate = dense && spec.gated ? &part.gate : nullptr;
    settle(rows_, spec.hidden_size, [&](int row) {
        const Linear* up = dense ? &part.up : nullptr;
        const Linear* router = routed ? &layer.router : nullptr;
        read_stream(row, layer.feed_forward_norm, {gate, up, router});
    });
    if (!spec.parallel) pending_count_ = 0;
    if (dense) run_part(part, routed ? b.shared_inner : b.inner);
    if (routed) run_experts(layer);
    const Norm* post_norm = spec.post_norms ? &layer.feed_forward_post_norm : nullptr;
    pending_[pending_count_++] = {b.fed.data(), dense ? &part.down : nullptr, post_norm, routed};
}

// down(activation(gate(x)) * up(x)), or down(activation(up(x)))
void Step::run_part(const FeedForward& part, Activations& inner) {
    int size = part.up.weight.rows;
    if (spec.gated) {
        multiply({product(part.gate, b.normed, 0, rows_, inner.row(0), inner.columns()),
                  product(part.up, b.normed, 0, rows_, b.up.data(), size)});
    } else {
        multiply({product(part.up, b.normed, 0, rows_, inner.row(0), inner.columns())});
    }
    settle(rows_, size, [&](int row) {
        activate(part, inner.row(row), b.up.data() + size_t(row) * size, size);
        prepare(inner, 0, rows_, row, {&part.down});
    });
    multiply({product(part.down, inner, 0, rows_, b.fed.data(), spec.hidden_size)});
}

void Step::activate(const FeedForward& part, float* x, float* up, int count) {
    auto kind = Activation(spec.activation);
    if (!spec.gated) {
        if (spec.feed_forward_bias) v.add(x, part.up.bias.data(), count);
        return v.activate(kind, x, count);
    }
    if (spec.feed_forward_bias) {
        v.add(x, part.gate.bias.data(), count);
        v.add(up, part.up.bias.data(), count);
    }
    v.gate(kind, x, up, count);
}

void Step::write_logits() {
    const Matrix& output = d.weights.output().weight;
    settle(rows_, spec.hidden_size, [&](int row) { read_stream(row, d.weights.norm, {&d.weights.output()}); });
    multiply({product(d.weights.output(), b.normed, 0, rows_, logits, output.rows)});
    if (spec.logit_softcap <= 0) return;
    team.spread(rows_ * output.panel_count(), 64, [&](int first, int last) {
        for (int item = first; item < last; item++) {
            int row = item / output.panel_count(), column = item % output.panel_count() * PANEL_ROWS;
            float* part = logits + size_t(row) * output.rows + column;
            v.softcap(part, spec.logit_softcap, std::min(PANEL_ROWS, output.rows - column));
        }
    });
}

// ---------------------------------------------------------------------------------------------- the pieces of one row

// Adds what is pending to the stream and norms it, for these matrices to read.
void Step::read_stream(int row, const Norm& before, Matrices readers) {
    bool adds = !(spec.parallel && pending_count_ == 1);
    if (adds) add_pending(row);
    norm(before, stream_row(row), spec.hidden_size, b.normed.row(row));
    prepare(b.normed, 0, rows_, row, readers);
}

void Step::add_pending(int row) {
    for (int i = 0; i < pending_count_; i++) {
        const Pending& pending = pending_[i];
        float* y = pending.rows + size_t(row) * spec.hidden_size;
        if (pending.last && !pending.last->bias.empty()) v.add(y, pending.last->bias.data(), spec.hidden_size);
        if (pending.routed) gather_routed(row);
        if (pending.post_norm) norm(*pending.post_norm, y, spec.hidden_size, y);
        v.add(stream_row(row), y, spec.hidden_size);
    }
}

void Step::norm(const Norm& norm, const float* x, int count, float* out) {
    v.norm(x, norm.weight.data(), norm.bias_or_null(), spec.norm_eps, count, out);
}

void Step::rotate(int index, int token, float* x) {
    int kind = d.windows[index] && spec.local_rope.pairs ? 1 : 0;
    const FreeholdRope& rope = kind ? spec.local_rope : spec.rope;
    size_t at = size_t(token) * rope.pairs;
    v.rotate(x, b.cosines[kind].data() + at, b.sines[kind].data() + at, rope.pairs, rope.interleaved);
}

// Turns a row into each form that its readers multiply; `first` and `count` are the inputs that it is one of.
void Step::prepare(const Activations& rows, size_t first, int count, int row, Matrices readers) {
    unsigned done = 0;
    for (const Linear* reader : readers) {
        if (!reader) continue;
        Form form = form_of(reader->weight.format);
        if (done >> int(form) & 1) continue;
        done |= 1u << int(form);
        d.products.prepare(form, rows.inputs(form, first, count), row, row + 1);
    }
}

// ---------------------------------------------------------------------------------------------- shared by all threads

Product Step::product(const Linear& linear, const Activations& rows, size_t first, int count, float* out,
                      size_t stride) {
    return {&linear.weight, rows.inputs(form_of(linear.weight.format), first, count), out, stride};
}

void Step::multiply(const Product* products, int count) {
    auto begin = Clock::now();
    int64_t panels = 0, bytes = 0;
    for (int i = 0; i < count; i++) {
        panels += products[i].matrix->panel_count();
        bytes += int64_t(products[i].matrix->panel_bytes) * products[i].matrix->panel_count() * products[i].inputs.rows;
    }
    int64_t enough = panels * PART_BYTES / std::max<int64_t>(bytes, 1);
    int64_t grain = std::max(panels / (16 * team.threads), std::min(enough, panels / (4 * team.threads)));
    team.spread(int(panels), int(std::max<int64_t>(grain, 1)), [&](int first, int last) {
        for (const Product* product = products; first < last; product++) {
            int here = product->matrix->panel_count();
            if (first < here) {
                int end = std::min(last, here);
                d.products.multiply(*product->matrix, product->inputs, first, end, product->out, int(product->stride));
                first = end;
            }
            first -= here, last -= here;
        }
    });
    products_seconds += seconds_since(begin);
}

}  // namespace freehold
