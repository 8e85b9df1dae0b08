// What is computed on rows of numbers besides the products: once per instruction set, with the same bits on each.
#pragma once

#include <cstdint>

#include "cache.h"

namespace freehold {

enum class Activation : int32_t { silu = 0, gelu = 1, gelu_tanh = 2 };

constexpr int SPLIT_KEYS = 256;  // attention goes through a context in parts of so many keys, and joins them in order
constexpr int TILE_ROWS = 16;    // queries that share each load of a key

// Attention of one query over part of its context: what a softmax needs to be joined with that of another part.
// `values` are sums weighted by exp(score - peak), [output_width]; `total` is the sum of those weights.
struct Partial {
    float peak, total;
    float* values;
};

// Some queries of one sequence that share a key-value head, against one split of their context.
struct Tile {
    BlockShape shape;
    float softcap;
    int rows;                               // at most TILE_ROWS
    const float* queries[TILE_ROWS];        // [key_dim] each, scaled
    int first[TILE_ROWS], last[TILE_ROWS];  // the keys of the split that a row sees; none where last <= first
    const uint8_t* blocks[SPLIT_KEYS / PAGE_SLOTS];
    int first_key, last_key;  // the keys that any row sees
    float* scores;            // [TILE_ROWS][SPLIT_KEYS], scratch
    Partial* partials;        // [rows], written
};

struct Vectors {
    // out may be x. bias null: RMSNorm, else LayerNorm.
    void (*norm)(const float* x, const float* weight, const float* bias, float eps, int count, float* out);
    void (*add)(float* x, const float* y, int count);  // x += y
    void (*scale)(float* x, float factor, int count);
    // Turns the first 2 * pairs dimensions of x by angles of these cosines and sines.
    void (*rotate)(float* x, const float* cosines, const float* sines, int pairs, bool interleaved);
    void (*activate)(Activation activation, float* x, int count);               // x <- activation(x)
    void (*gate)(Activation activation, float* x, const float* up, int count);  // x <- activation(x) * up
    void (*softcap)(float* x, float cap, int count);                            // x <- cap * tanh(x / cap)
    // Stores a token's key and, unless latent, value. What is not finite or beyond +-65504 becomes +-65504.
    void (*remember)(const BlockShape& shape, uint8_t* block, int slot, const float* key, const float* value);
    void (*attend)(const Tile& tile);
    void (*join)(Partial& into, const Partial& next, int width);
    void (*likeliest)(const float* row, int columns, int count, int32_t* ids, float* values);
    float (*log_sum_exp)(const float* row, int columns);
};

// The one of this name, which `products` knows.
const Vectors& vectors(const char* name);

}  // namespace freehold
