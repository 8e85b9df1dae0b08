// The weights of a decoder, by layer, and the names that they are given by.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "freehold.h"
#include "matrix.h"
#include "pool.h"

namespace freehold {

// A matrix that frees its panels. Its columns are padded with zeros to a whole number of groups.
struct Weight : Matrix {
    Weight() : Matrix{} {}
    Weight(Weight&& other) noexcept : Matrix(other) { other.panels = nullptr; }
    Weight& operator=(const Weight&) = delete;
    ~Weight() {
        if (panels) release(*this);
    }
};

struct Linear {
    Weight weight;
    std::vector<float> bias;  // empty: none
};

struct Norm {
    std::vector<float> weight, bias;  // bias empty: RMSNorm
    const float* bias_or_null() const { return bias.empty() ? nullptr : bias.data(); }
};

struct FeedForward {
    Linear gate, up, down;
};

struct Layer {
    Norm attention_norm, attention_post_norm, feed_forward_norm, feed_forward_post_norm;
    Linear q, k, v, o;
    Norm q_norm, k_norm;
    Linear q_down, q_up, kv_down;  // of latent attention, with
    Norm q_down_norm, kv_norm;
    std::vector<Linear> k_up, v_up;  // one per head
    FeedForward feed_forward, shared;
    Linear router;
    std::vector<FeedForward> experts;
};

class Weights {
public:
    explicit Weights(const FreeholdSpec& spec);

    // Throws std::invalid_argument for an unknown name, a wrong shape or what the formats refuse.
    void set(Pool& pool, int threads, const std::string& name, Format source, int rows, int columns, const void* data,
             size_t bytes, Format target);

    // The name of a weight that was not set, or empty.
    std::string missing() const;
    size_t bytes() const;
    // A bit for each form that some matrix multiplies.
    unsigned forms() const;

    // Makes logits; the embedding itself where they are tied.
    const Linear& output() const { return spec_.tied_embeddings ? embedding : output_; }

    Linear embedding;
    Norm norm;
    std::vector<Layer> layers;

private:
    struct Place {
        Weight* matrix;
        std::vector<float>* vector;
        int rows, columns;
    };

    void declare(const std::string& name, Linear& linear, int rows, int columns, bool bias = false);
    void declare(const std::string& name, Norm& norm, int size, bool bias);
    void declare(const std::string& name, FeedForward& part, int inner);
    void declare_layer(const std::string& prefix, Layer& layer, bool experts);
    void declare_latent(const std::string& prefix, Layer& layer);

    FreeholdSpec spec_;
    Linear output_;
    std::unordered_map<std::string, Place> places_;
};

}  // namespace freehold
