// One thread's walk through the network for one batch. All threads of a team make the same calls in the same order.
#pragma once

#include <initializer_list>

#include "decoder.h"

namespace freehold {

class Step {
public:
    Step(Decoder& decoder, Team& team, const FreeholdBatch& batch, float* logits);

    void run();

    double products_seconds = 0, attention_seconds = 0, rows_seconds = 0;

private:
    // What a block adds to the stream, not added yet.
    struct Pending {
        float* rows;
        const Linear* last;  // the matrix that made it, for its bias
        const Norm* post_norm;
        bool routed;  // experts' outputs are to be gathered first
    };
    using Matrices = std::initializer_list<const Linear*>;

    void embed();
    void attention(const Layer& layer, int index);
    void project(const Layer& layer, int index);
    void project_latent(const Layer& layer, int index);
    void attend(int index);
    void mix(const Layer& layer);
    void mix_latent(const Layer& layer);
    void narrow_stream();
    void feed_forward(const Layer& layer);
    void run_part(const FeedForward& part, Activations& inner);
    void run_experts(const Layer& layer);
    template <class F>
    void multiply_experts(const Layer& layer, F add);
    void write_logits();

    // The pieces of one row.
    void read_stream(int row, const Norm& norm, Matrices readers);
    void add_pending(int row);
    void gather_routed(int row);
    void place_token(const Layer& layer, int index, int token);
    void place_latent_token(const Layer& layer, int index, int token);
    void collect(int row, float* out, size_t head_stride, int head_size);
    void norm(const Norm& norm, const float* x, int count, float* out);
    void rotate(int index, int token, float* x);
    void activate(const FeedForward& part, float* x, float* up, int count);
    void choose_experts(int row);
    void group_by_expert();
    void prepare_pair(const Activations& rows, int pair, Matrices readers);
    void prepare(const Activations& rows, size_t first, int count, int row, Matrices readers);

    // Work that all threads share. Sums of products are there once the next `settle` calls its function.
    Product product(const Linear& linear, const Activations& rows, size_t first, int count, float* out, size_t stride);
    void multiply(std::initializer_list<Product> products) { multiply(products.begin(), int(products.size())); }
    void multiply(const std::vector<Product>& products) { multiply(products.data(), int(products.size())); }
    void multiply(const Product* products, int count);
    template <class F>
    void settle(int rows, int64_t row_elements, F f) {
        auto begin = Clock::now();
        double waited = team.waited();
        team.settle(rows, row_elements, f);
        rows_seconds += seconds_since(begin) - (team.waited() - waited);
    }

    float* stream_row(int row) const { return stream_ + size_t(row) * d.stream_stride; }
    int token_of(int row) const { return narrow_ ? batch.logit_rows[row] : row; }

    Decoder& d;
    Buffers& b;
    const FreeholdSpec& spec;
    const Vectors& v;
    Team& team;
    const FreeholdBatch& batch;
    float* const logits;
    std::vector<Product>& list;  // this thread's, with room for every head and expert

    float* stream_;        // rows that blocks read and add to
    int rows_;             // of the stream: all tokens, in the last layer those whose logits are wanted
    bool narrow_ = false;  // whether only those are left
    Pending pending_[2];
    int pending_count_ = 0;
    const Layer* routed_layer_ = nullptr;
};

}  // namespace freehold
