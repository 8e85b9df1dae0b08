// Paged attention of a batch: which tiles of queries meet which splits of their contexts, and where results go.
//
// The queries of a sequence that share a key-value head, [tokens, group], are cut into tiles. A tile goes through its
// context split by split and joins them in order; where few tiles are heavy, threads take splits of one tile apart and
// `collect` joins them in the same order. So neither batch, chunks nor threads change a result.
#pragma once

#include <cstdint>
#include <vector>

#include "buffer.h"
#include "cache.h"
#include "freehold.h"
#include "vector.h"

namespace freehold {

// One layer's attention: how its queries lie, [tokens, kv_heads * group, key_dim] at query_stride a token.
struct AttentionLayer {
    const Cache* cache;
    int layer;
    int window;  // 0: all
    float softcap;
    const float* queries;
    size_t query_stride;
};

class Attention {
public:
    Attention(const Vectors& vectors, int kv_heads, int group)
        : vectors_(vectors), kv_heads_(kv_heads), group_(group) {}

    // Lays out a checked batch for so many threads. Throws std::bad_alloc, and
    // std::invalid_argument where logits of a token are wanted twice.
    void plan(const FreeholdBatch& batch, int threads, int key_dim, int output_width);

    int tasks() const { return int(tasks_.size()); }
    int position(int token) const { return tokens_[token].position; }
    // The cache page and slot of a token of the batch.
    int page(int token) const { return pages_of(tokens_[token].sequence)[position(token) / PAGE_SLOTS]; }
    int slot(int token) const { return position(token) % PAGE_SLOTS; }
    // Whether a task has queries whose logits are wanted.
    bool wanted(int task) const { return tiles_[tasks_[task].tile].wanted; }

    void run(int task, int thread, const AttentionLayer& layer);

    // Completes a token's results, once all tasks have run, and returns them: [heads, output_width].
    float* collect(int token);

    size_t bytes() const { return results_.bytes() + partials_.bytes() + scratch_.bytes(); }

private:
    struct Token {
        int sequence, position;
    };
    struct Sequence {
        int first_token, tokens, context, first_tile, tiles;  // tiles of one key-value head
    };
    struct PartTile {
        int sequence, kv_head, first_row, rows;
        int splits;
        int64_t partials;  // where a row's first split stands among the partials; -1: threads do not share this tile
        bool wanted;
    };
    struct Task {
        int tile, first_split, last_split;
    };

    const int32_t* pages_of(int sequence) const { return batch_.pages + size_t(sequence) * batch_.pages_each; }
    float* result(int token, int head) const {
        return results_.data() + (size_t(token) * kv_heads_ * group_ + head) * output_width_;
    }
    // Row r of split s of a shared tile: peak, total and values.
    Partial partial(int64_t index) const;
    void store(int64_t index, const Partial& partial) const;
    void plan_tiles(int sequence);
    bool attend_split(const PartTile& part, int split, const AttentionLayer& layer, Partial* partials, float* scores);

    const Vectors& vectors_;
    int kv_heads_, group_;
    int key_dim_ = 0, output_width_ = 0;
    FreeholdBatch batch_{};
    std::vector<Token> tokens_;
    std::vector<Sequence> sequences_;
    std::vector<PartTile> tiles_;
    std::vector<Task> tasks_;
    std::vector<char> wanted_;  // per token
    Buffer<float> results_;     // [tokens, heads, output_width]
    Buffer<float> partials_;    // [shared tiles, splits, rows, 16 + output_width]
    Buffer<float> scratch_;     // per thread: scores, and values of a tile
};

}  // namespace freehold
