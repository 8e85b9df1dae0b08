// The decoder stack: weights, cache and buffers, and the walk of a batch through them.
#pragma once

#include <memory>
#include <vector>

#include "attention.h"
#include "buffer.h"
#include "cache.h"
#include "freehold.h"
#include "pace.h"
#include "pool.h"
#include "vector.h"
#include "weights.h"

namespace freehold {

// Which tokens each expert works on: pairs of token and choice, sorted by expert.
struct Routing {
    std::vector<int> tokens;    // of each pair
    std::vector<int> places;    // [rows, chosen]: the pair of a token's choice
    std::vector<float> shares;  // [rows, chosen]: what its output is multiplied with
    std::vector<int> starts;    // [experts + 1]: the first pair of each expert
    std::vector<int> experts;   // of each pair
    std::vector<int> chosen;    // [rows, chosen]: the expert of a token's choice
};

constexpr int MOST_EXPERT_GROUPS = 64;

// A matrix, what it is multiplied with, and where row 0 of the result goes.
struct Product {
    const Matrix* matrix;
    Inputs inputs;
    float* out;
    size_t stride;
};

// Everything that a step writes, for `rows` tokens.
struct Buffers {
    int rows = 0;
    Activations normed, attended, inner, shared_inner, expert_inner, gathered, query_low, nope, latents;
    Buffer<float> stream, narrow;             // [rows, hidden]; narrow: of the tokens whose logits are wanted
    Buffer<float> projected;                  // queries, keys and values of a token side by side
    Buffer<float> latent_queries;             // [rows, heads, kv_rank + rope_dim]
    Buffer<float> mixed, fed;                 // [rows, hidden]: what attention and feed-forward add to the stream
    Buffer<float> up, scores, expert_output;  // [rows, inner], [rows, experts], [rows * chosen, hidden]
    Buffer<float> cosines[2], sines[2];       // [rows, pairs]: of rope and of local_rope
    size_t bytes() const;
};

class Decoder {
public:
    Decoder(const FreeholdSpec& spec, int threads, const Products& products);

    void set_weight(const char* name, Format source, int rows, int columns, const void* data, size_t bytes,
                    Format target);
    void set_cache(int pages, CacheFormat format);
    void forward(const FreeholdBatch& batch, float* logits);
    void count(FreeholdCounters& counters) const;

private:
    friend class Step;

    void check(const FreeholdBatch& batch) const;
    void reserve(int rows);

    const FreeholdSpec spec;
    const Products& products;
    const Vectors& vectors;
    const int stream_stride;            // hidden_size in whole groups
    const int key_dim, kv_heads;        // of attention as it is computed
    const int projected_width;          // of a token's queries, keys and values
    std::vector<float> frequencies[2];  // of rope and of local_rope
    std::vector<int32_t> windows;       // [layers]
    const int most_threads;
    Weights weights;
    Cache cache;
    Attention tiles;
    Buffers buffers;
    Routing routing;
    std::vector<std::vector<Product>> lists;  // one per thread
    Pace pace;
    Pool pool;
    bool complete = false;  // all weights are there
    FreeholdCounters counters{};
};

}  // namespace freehold
