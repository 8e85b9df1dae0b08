#include "weights.h"

#include <algorithm>
#include <atomic>
#include <cstring>
#include <new>
#include <stdexcept>

namespace freehold {

namespace {

int whole_groups(int columns) { return (columns + GROUP - 1) / GROUP * GROUP; }

[[noreturn]] void refuse(const std::string& text) { throw std::invalid_argument(text); }

// Rows whose columns do not fill their last group, with zeros to its end.
std::vector<uint8_t> padded(const void* data, int rows, size_t row_bytes, size_t padded_bytes) {
    std::vector<uint8_t> result(rows * padded_bytes);
    for (int row = 0; row < rows; row++) {
        memcpy(&result[row * padded_bytes], static_cast<const uint8_t*>(data) + row * row_bytes, row_bytes);
    }
    return result;
}

constexpr size_t SMALL_BYTES = 64 << 10;  // packed sooner than other threads wake up

// Packs all rows, each thread some panels; null, or what is wrong.
const char* pack_all(Pool& pool, int threads, Matrix& matrix, Format source, const void* data, size_t bytes) {
    std::atomic<const char*> problem{nullptr};
    size_t row_bytes = bytes / matrix.rows;
    auto part = [&](int first, int last) {
        int begin = first * PANEL_ROWS, count = std::min(matrix.rows, last * PANEL_ROWS) - begin;
        const uint8_t* rows = static_cast<const uint8_t*>(data) + begin * row_bytes;
        if (const char* wrong = pack(matrix, begin, count, source, rows, count * row_bytes)) problem = wrong;
    };
    auto body = [&](Team& team) { team.spread(matrix.panel_count(), 8, part); };
    pool.run(threads, body);
    return problem;
}

}  // namespace

Weights::Weights(const FreeholdSpec& spec) : spec_(spec) {
    layers.resize(spec.layers);
    declare("embedding", embedding, spec.vocab_size, spec.hidden_size);
    if (!spec.tied_embeddings) declare("output", output_, spec.vocab_size, spec.hidden_size);
    declare("norm", norm, spec.hidden_size, spec.layer_norm);
    for (int i = 0; i < spec.layers; i++) {
        bool experts = spec.experts && i >= spec.first_expert_layer;
        declare_layer("blocks." + std::to_string(i) + ".", layers[i], experts);
    }
}

void Weights::declare(const std::string& name, Linear& linear, int rows, int columns, bool bias) {
    places_[name + ".weight"] = {&linear.weight, nullptr, rows, columns};
    if (bias) places_[name + ".bias"] = {nullptr, &linear.bias, rows, 1};
}

void Weights::declare(const std::string& name, Norm& norm, int size, bool bias) {
    places_[name + ".weight"] = {nullptr, &norm.weight, size, 1};
    if (bias) places_[name + ".bias"] = {nullptr, &norm.bias, size, 1};
}

void Weights::declare(const std::string& name, FeedForward& part, int inner) {
    bool bias = spec_.feed_forward_bias;
    if (spec_.gated) declare(name + "gate", part.gate, inner, spec_.hidden_size, bias);
    declare(name + "up", part.up, inner, spec_.hidden_size, bias);
    declare(name + "down", part.down, spec_.hidden_size, inner, bias);
}

void Weights::declare_layer(const std::string& prefix, Layer& layer, bool experts) {
    int hidden = spec_.hidden_size, queries = spec_.heads * spec_.head_dim, keys = spec_.kv_heads * spec_.head_dim;
    declare(prefix + "attention_norm", layer.attention_norm, hidden, spec_.layer_norm);
    declare(prefix + "feed_forward_norm", layer.feed_forward_norm, hidden, spec_.layer_norm);
    if (spec_.post_norms) {
        declare(prefix + "attention_post_norm", layer.attention_post_norm, hidden, spec_.layer_norm);
        declare(prefix + "feed_forward_post_norm", layer.feed_forward_post_norm, hidden, spec_.layer_norm);
    }
    if (spec_.kv_rank) {
        declare_latent(prefix, layer);
    } else {
        declare(prefix + "q", layer.q, queries, hidden, spec_.qkv_bias);
        declare(prefix + "k", layer.k, keys, hidden, spec_.qkv_bias);
        declare(prefix + "v", layer.v, keys, hidden, spec_.qkv_bias);
        declare(prefix + "o", layer.o, hidden, queries, spec_.output_bias);
    }
    if (spec_.qk_norm) {
        declare(prefix + "q_norm", layer.q_norm, spec_.head_dim, false);
        declare(prefix + "k_norm", layer.k_norm, spec_.head_dim, false);
    }
    if (!experts) return declare(prefix, layer.feed_forward, spec_.intermediate_size);
    declare(prefix + "router", layer.router, spec_.experts, hidden);
    layer.experts.resize(spec_.experts);
    for (int i = 0; i < spec_.experts; i++) {
        declare(prefix + "experts." + std::to_string(i) + ".", layer.experts[i], spec_.expert_size);
    }
    if (spec_.shared_size) declare(prefix + "shared.", layer.shared, spec_.shared_size);
}

void Weights::declare_latent(const std::string& prefix, Layer& layer) {
    int hidden = spec_.hidden_size, queries = spec_.heads * spec_.head_dim;
    declare(prefix + "kv_down", layer.kv_down, spec_.kv_rank + spec_.rope_dim, hidden);
    declare(prefix + "kv_norm", layer.kv_norm, spec_.kv_rank, false);
    layer.k_up.resize(spec_.heads);
    layer.v_up.resize(spec_.heads);
    for (int head = 0; head < spec_.heads; head++) {
        declare(prefix + "k_up." + std::to_string(head), layer.k_up[head], spec_.kv_rank, spec_.nope_dim);
        declare(prefix + "v_up." + std::to_string(head), layer.v_up[head], spec_.value_dim, spec_.kv_rank);
    }
    declare(prefix + "o", layer.o, hidden, spec_.heads * spec_.value_dim);
    if (!spec_.q_rank) return declare(prefix + "q", layer.q, queries, hidden);
    declare(prefix + "q_down", layer.q_down, spec_.q_rank, hidden);
    declare(prefix + "q_down_norm", layer.q_down_norm, spec_.q_rank, false);
    declare(prefix + "q_up", layer.q_up, queries, spec_.q_rank);
}

void Weights::set(Pool& pool, int threads, const std::string& name, Format source, int rows, int columns,
                  const void* data, size_t bytes, Format target) {
    auto found = places_.find(name);
    if (found == places_.end()) refuse(name + " is no weight of this model");
    Place place = found->second;
    if (rows != place.rows || columns != place.columns) {
        refuse(name + " is [" + std::to_string(rows) + ", " + std::to_string(columns) + "], not [" +
               std::to_string(place.rows) + ", " + std::to_string(place.columns) + "]");
    }
    if (place.vector) {
        if (source != Format::f32 || bytes != rows * sizeof(float)) refuse(name + " must be f32, 4 bytes a number");
        place.vector->assign(static_cast<const float*>(data), static_cast<const float*>(data) + rows);
        return;
    }
    int width = whole_groups(columns);
    std::vector<uint8_t> copy;
    if (width != columns) {
        size_t number = source == Format::f32 ? 4 : 2;
        if (source > Format::bf16 || bytes != number * rows * columns) {
            refuse(name + " must be f32, f16 or bf16, and whole: its columns fill no blocks");
        }
        copy = padded(data, rows, number * columns, number * width);
        data = copy.data();
        bytes = copy.size();
    }
    size_t needed = file_bytes(source, rows, width);
    if (!needed || bytes != needed)
        refuse(name + " has " + std::to_string(bytes) + " bytes, not " + std::to_string(needed));
    if (!file_bytes(target, rows, width)) refuse(name + " has no whole number of the format's blocks in a row");
    if (place.matrix->panels) release(*place.matrix);
    place.matrix->panels = nullptr;
    if (allocate(*place.matrix, target, rows, width)) throw std::bad_alloc();
    const char* problem = pack_all(pool, bytes > SMALL_BYTES ? threads : 1, *place.matrix, source, data, bytes);
    if (problem) refuse(name + ": " + problem);
}

std::string Weights::missing() const {
    for (const auto& [name, place] : places_) {
        if (place.matrix ? !place.matrix->panels : place.vector->empty()) return name;
    }
    return "";
}

unsigned Weights::forms() const {
    unsigned forms = 0;
    for (const auto& [name, place] : places_) {
        if (place.matrix) forms |= 1u << int(form_of(place.matrix->format));
    }
    return forms;
}

size_t Weights::bytes() const {
    size_t total = 0;
    for (const auto& [name, place] : places_) {
        total += place.matrix ? place.matrix->panel_bytes * place.matrix->panel_count() : place.rows * sizeof(float);
    }
    return total;
}

}  // namespace freehold
