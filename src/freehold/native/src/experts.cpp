// A mixture of experts. Tokens are sorted by expert, so that a step reads the weights of each expert once.
#include <algorithm>
#include <cmath>
#include <cstring>

#include "step.h"

namespace freehold {

void Step::run_experts(const Layer& layer) {
    const std::vector<int>& expert_of = d.routing.experts;
    int pairs = rows_ * spec.experts_chosen, size = spec.expert_size;
    multiply({product(layer.router, b.normed, 0, rows_, b.scores.data(), spec.experts)});
    settle(rows_, 16 * spec.experts, [&](int row) { choose_experts(row); });
    team.meet([&] { group_by_expert(); });
    settle(pairs, spec.hidden_size, [&](int pair) {
        const FeedForward& expert = layer.experts[expert_of[pair]];
        memcpy(b.gathered.row(pair), b.normed.row(d.routing.tokens[pair]), spec.hidden_size * sizeof(float));
        prepare_pair(b.gathered, pair, {&expert.up, spec.gated ? &expert.gate : nullptr});
    });
    multiply_experts(layer, [&](const FeedForward& expert, int first, int count) {
        float *inner = b.expert_inner.row(first), *up = b.up.data() + size_t(first) * size;
        if (spec.gated) list.push_back(product(expert.gate, b.gathered, first, count, inner, b.expert_inner.columns()));
        list.push_back(product(expert.up, b.gathered, first, count, spec.gated ? up : inner,
                               spec.gated ? size : b.expert_inner.columns()));
    });
    settle(pairs, size, [&](int pair) {
        const FeedForward& expert = layer.experts[expert_of[pair]];
        activate(expert, b.expert_inner.row(pair), b.up.data() + size_t(pair) * size, size);
        prepare_pair(b.expert_inner, pair, {&expert.down});
    });
    multiply_experts(layer, [&](const FeedForward& expert, int first, int count) {
        float* out = b.expert_output.data() + size_t(first) * spec.hidden_size;
        list.push_back(product(expert.down, b.expert_inner, first, count, out, spec.hidden_size));
    });
}

// Multiplies what `add` lists for each expert that has tokens: its pairs are `count` from `first` on.
template <class F>
void Step::multiply_experts(const Layer& layer, F add) {
    const std::vector<int>& starts = d.routing.starts;
    list.clear();
    for (int i = 0; i < spec.experts; i++) {
        if (starts[i + 1] > starts[i]) add(layer.experts[i], starts[i], starts[i + 1] - starts[i]);
    }
    multiply(list);
}

void Step::prepare_pair(const Activations& rows, int pair, Matrices readers) {
    int expert = d.routing.experts[pair], first = d.routing.starts[expert];
    prepare(rows, first, d.routing.starts[expert + 1] - first, pair - first, readers);
}

// Softmax over all experts; the best of those in the best groups.
void Step::choose_experts(int row) {
    int chosen = spec.experts_chosen, size = spec.experts / spec.expert_groups;
    float* scores = b.scores.data() + size_t(row) * spec.experts;
    float sum = v.log_sum_exp(scores, spec.experts), total = 0;
    int32_t* ids = d.routing.chosen.data() + size_t(row) * chosen;
    float* shares = d.routing.shares.data() + size_t(row) * chosen;
    if (spec.expert_groups > spec.expert_groups_chosen) {
        float best[MOST_EXPERT_GROUPS], values[MOST_EXPERT_GROUPS];
        int32_t order[MOST_EXPERT_GROUPS];
        for (int i = 0; i < spec.expert_groups; i++)
            best[i] = *std::max_element(scores + i * size, scores + (i + 1) * size);
        v.likeliest(best, spec.expert_groups, spec.expert_groups, order, values);
        for (int i = spec.expert_groups_chosen; i < spec.expert_groups; i++) {
            std::fill_n(scores + order[i] * size, size, -INFINITY);
        }
    }
    v.likeliest(scores, spec.experts, chosen, ids, shares);
    for (int i = 0; i < chosen; i++) total += shares[i] = std::exp(shares[i] - sum);
    for (int i = 0; i < chosen; i++) shares[i] *= spec.expert_scale / (spec.experts_normalised ? total : 1);
}

void Step::group_by_expert() {
    Routing& routing = d.routing;
    int pairs = rows_ * spec.experts_chosen;
    std::fill(routing.starts.begin(), routing.starts.end(), 0);
    for (int i = 0; i < pairs; i++) routing.starts[routing.chosen[i] + 1]++;
    for (int i = 0; i < spec.experts; i++) routing.starts[i + 1] += routing.starts[i];
    for (int i = 0; i < pairs; i++) {
        int expert = routing.chosen[i], pair = routing.starts[expert]++;
        routing.places[i] = pair;
        routing.experts[pair] = expert;
        routing.tokens[pair] = i / spec.experts_chosen;
    }
    for (int i = spec.experts; i > 0; i--) routing.starts[i] = routing.starts[i - 1];
    routing.starts[0] = 0;
}

// fed += the outputs of the row's experts, in the order in which they were chosen.
void Step::gather_routed(int row) {
    const Routing& routing = d.routing;
    float* y = b.fed.data() + size_t(row) * spec.hidden_size;
    if (!spec.shared_size) memset(y, 0, spec.hidden_size * sizeof(float));
    for (int i = 0; i < spec.experts_chosen; i++) {
        size_t choice = size_t(row) * spec.experts_chosen + i;
        float* output = b.expert_output.data() + size_t(routing.places[choice]) * spec.hidden_size;
        const std::vector<float>& bias = routed_layer_->experts[routing.chosen[choice]].down.bias;
        if (!bias.empty()) v.add(output, bias.data(), spec.hidden_size);
        v.scale(output, routing.shares[choice], spec.hidden_size);
        v.add(y, output, spec.hidden_size);
    }
}

}  // namespace freehold
