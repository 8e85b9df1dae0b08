#include "decoder.h"

#include <algorithm>
#include <stdexcept>

#include "step.h"

namespace freehold {

namespace {

constexpr int MOST = 1 << 24;  // of any size in a spec

void expect(bool condition, const char* text) {
    if (!condition) throw std::invalid_argument(text);
}

const FreeholdSpec& checked(const FreeholdSpec& spec) {
    auto size = [](int value) { return value > 0 && value <= MOST; };
    auto flag = [](int value) { return value >= 0 && value <= MOST; };
    bool sizes = size(spec.vocab_size) && size(spec.hidden_size) && size(spec.layers) && size(spec.heads) &&
                 size(spec.kv_heads) && size(spec.head_dim) && size(spec.intermediate_size) && flag(spec.experts) &&
                 flag(spec.shared_size) && flag(spec.kv_rank) && flag(spec.q_rank);
    expect(sizes, "The spec has a size that is not from 1 to 16777216");
    expect(spec.heads % spec.kv_heads == 0, "The heads are no multiple of the key-value heads");
    expect(int64_t(spec.heads) * spec.head_dim <= MOST, "The heads have too many dimensions");
    expect(spec.activation >= 0 && spec.activation <= FREEHOLD_GELU_TANH, "The activation is unknown");
    int turning = spec.kv_rank ? spec.rope_dim : spec.head_dim;
    for (const FreeholdRope& rope : {spec.rope, spec.local_rope}) {
        expect(rope.pairs >= 0 && 2 * rope.pairs <= turning, "More dimensions turn than a head has");
        expect(rope.pairs == 0 || rope.frequencies, "The rotary frequencies are missing");
    }
    if (spec.kv_rank) {
        bool latent = size(spec.nope_dim) && size(spec.rope_dim) && size(spec.value_dim);
        expect(latent && spec.nope_dim + spec.rope_dim == spec.head_dim &&
                   int64_t(spec.heads) * (int64_t(spec.kv_rank) + spec.rope_dim + spec.value_dim) <= MOST,
               "The latent attention's sizes do not fit");
        expect(!spec.qkv_bias && !spec.output_bias && !spec.qk_norm,
               "Latent attention has no biases and no head norms");
    }
    if (spec.experts) {
        expect(size(spec.expert_size) && spec.first_expert_layer >= 0, "The experts' sizes do not fit");
        expect(spec.expert_groups > 0 && spec.expert_groups <= MOST_EXPERT_GROUPS &&
                   spec.experts % spec.expert_groups == 0 && spec.expert_groups_chosen > 0 &&
                   spec.expert_groups_chosen <= spec.expert_groups,
               "The groups of experts do not fit");
        expect(spec.experts_chosen > 0 &&
                   spec.experts_chosen <= spec.experts / spec.expert_groups * spec.expert_groups_chosen,
               "More experts are chosen than there are");
    }
    return spec;
}

}  // namespace

size_t Buffers::bytes() const {
    size_t total = 0;
    for (const auto* each :
         {&normed, &attended, &inner, &shared_inner, &expert_inner, &gathered, &query_low, &nope, &latents}) {
        total += each->bytes();
    }
    for (const auto* each :
         {&stream, &narrow, &projected, &latent_queries, &mixed, &fed, &up, &scores, &expert_output}) {
        total += each->bytes();
    }
    for (int kind = 0; kind < 2; kind++) total += cosines[kind].bytes() + sines[kind].bytes();
    return total;
}

Decoder::Decoder(const FreeholdSpec& given, int threads, const Products& products)
    : spec(checked(given)),
      products(products),
      vectors(freehold::vectors(products.name)),
      stream_stride((spec.hidden_size + GROUP - 1) / GROUP * GROUP),
      key_dim(spec.kv_rank ? spec.kv_rank + spec.rope_dim : spec.head_dim),
      kv_heads(spec.kv_rank ? 1 : spec.kv_heads),
      projected_width(spec.heads * spec.head_dim + (spec.kv_rank ? key_dim : 2 * spec.kv_heads * spec.head_dim)),
      windows(spec.layers),
      most_threads(threads),
      weights(spec),
      tiles(vectors, kv_heads, spec.heads / kv_heads),
      lists(threads),
      pace(threads),
      pool(threads) {
    if (spec.windows) windows.assign(spec.windows, spec.windows + spec.layers);
    frequencies[0].assign(spec.rope.frequencies, spec.rope.frequencies + spec.rope.pairs);
    frequencies[1].assign(spec.local_rope.frequencies, spec.local_rope.frequencies + spec.local_rope.pairs);
    for (auto& list : lists) list.reserve(std::max(2 * spec.experts, spec.heads));
    routing.starts.resize(spec.experts + 1);
}

void Decoder::set_weight(const char* name, Format source, int rows, int columns, const void* data, size_t bytes,
                         Format target) {
    complete = false;
    weights.set(pool, most_threads, name, source, rows, columns, data, bytes, target);
}

void Decoder::set_cache(int pages, CacheFormat format) {
    cache = Cache();  // before the next is made, so that memory holds one
    BlockShape shape = block_shape(format, key_dim, spec.kv_rank ? 0 : spec.head_dim, spec.kv_rank);
    cache = Cache(shape, spec.layers, kv_heads, pages);
}

void Decoder::check(const FreeholdBatch& batch) const {
    expect(batch.tokens_count >= 0 && batch.sequences >= 0 && batch.pages_each >= 0, "The batch has a negative size");
    expect(batch.starts[0] == 0 && batch.starts[batch.sequences] == batch.tokens_count,
           "The sequences do not cover the tokens");
    for (int i = 0; i < batch.tokens_count; i++) {
        expect(batch.tokens[i] >= 0 && batch.tokens[i] < spec.vocab_size, "A token is not in the vocabulary");
    }
    for (int i = 0; i < batch.sequences; i++) {
        int count = batch.starts[i + 1] - batch.starts[i], context = batch.contexts[i];
        expect(count > 0, "A sequence has no tokens");
        expect(context >= count && (context - 1) / PAGE_SLOTS < batch.pages_each,
               "A context is not covered by its pages");
        const int32_t* pages = batch.pages + size_t(i) * batch.pages_each;
        for (int page = 0; page <= (context - 1) / PAGE_SLOTS; page++) {
            expect(pages[page] >= 0 && pages[page] < cache.pages(), "A page is not in the cache");
        }
    }
    expect(batch.logit_rows_count >= 0 && batch.logit_rows_count <= batch.tokens_count,
           "There are too many logit rows");
    for (int i = 0; i < batch.logit_rows_count; i++) {
        expect(batch.logit_rows[i] >= 0 && batch.logit_rows[i] < batch.tokens_count,
               "A logit row is no token of the batch");
    }
}

void Decoder::reserve(int rows) {
    if (rows <= buffers.rows) return;
    buffers.rows = 0;  // what follows may run out of memory
    unsigned forms = weights.forms();
    size_t count = rows, pairs = count * spec.experts_chosen * (spec.experts > 0), hidden = spec.hidden_size;
    bool latent = spec.kv_rank;
    Buffers& b = buffers;
    b.normed.resize(count, spec.hidden_size, forms);
    b.attended.resize(count, spec.heads * (latent ? spec.value_dim : spec.head_dim), forms);
    b.inner.resize(count, spec.intermediate_size, forms);
    b.shared_inner.resize(spec.experts ? count : 0, spec.shared_size, forms);
    b.expert_inner.resize(pairs, spec.expert_size, forms);
    b.gathered.resize(pairs, spec.hidden_size, forms);
    b.query_low.resize(latent ? count : 0, spec.q_rank, forms);
    b.nope.resize(latent ? count * spec.heads : 0, spec.nope_dim, forms);
    b.latents.resize(latent ? count * spec.heads : 0, spec.kv_rank, forms);
    b.stream.resize(count * stream_stride);
    b.narrow.resize(count * stream_stride);
    b.projected.resize(count * projected_width);
    b.latent_queries.resize(latent ? count * spec.heads * key_dim : 0);
    b.mixed.resize(count * hidden);
    b.fed.resize(count * hidden);
    b.up.resize(std::max(count * std::max(spec.intermediate_size, spec.shared_size), pairs * spec.expert_size));
    b.scores.resize(count * spec.experts);
    b.expert_output.resize(pairs * hidden);
    for (int kind = 0; kind < 2; kind++) {
        b.cosines[kind].resize(count * frequencies[kind].size());
        b.sines[kind].resize(count * frequencies[kind].size());
    }
    for (auto* each : {&routing.tokens, &routing.places, &routing.experts, &routing.chosen}) each->resize(pairs);
    routing.shares.resize(pairs);
    buffers.rows = rows;
}

void Decoder::forward(const FreeholdBatch& batch, float* logits) {
    if (!complete) {
        std::string missing = weights.missing();
        if (!missing.empty()) throw std::invalid_argument(missing + " was not given");
        buffers.rows = 0;  // the weights' formats decide what the buffers hold
        complete = true;
        counters.weight_bytes = int64_t(weights.bytes());
    }
    check(batch);
    if (batch.tokens_count == 0) return;
    auto begin = Clock::now();
    int threads = pace.threads();
    reserve(batch.tokens_count);
    tiles.plan(batch, threads, key_dim, cache.shape().output_width);
    auto body = [&](Team& team) {
        Step step(*this, team, batch, logits);
        step.run();
        if (team.index > 0) return;
        counters.products += step.products_seconds;
        counters.attention += step.attention_seconds;
        counters.rows += step.rows_seconds;
    };
    Losses losses = pool.run(threads, body);
    double seconds = seconds_since(begin);
    counters.waited += losses.waited;
    counters.seconds += seconds;
    counters.steps++;
    pace.observe(seconds, losses.stolen);
}

void Decoder::count(FreeholdCounters& result) const {
    result = counters;
    result.cache_bytes = int64_t(cache.bytes());
    result.buffer_bytes = int64_t(buffers.bytes() + tiles.bytes());
    result.threads = pace.threads();
    result.instructions = products.name;
}

}  // namespace freehold
