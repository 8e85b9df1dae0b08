#include "lanes.h"

namespace freehold::FREEHOLD_ISA {

namespace {

void norm(const float* x, const float* weight, const float* bias, float eps, int count, float* out) {
    if (bias) {
        Vec16 mean = broadcast(total(x, count, [](Vec16 a) { return a; }) / float(count));
        map(out, count, [&](Vec16 a) { return a - mean; }, x);
        x = out;
    }
    float square = total(x, count, [](Vec16 a) { return a * a; }) / float(count);
    Vec16 factor = broadcast(1.0f / __builtin_sqrtf(square + eps));
    map(out, count, [&](Vec16 a, Vec16 w) { return a * factor * w; }, x, weight);
    if (bias) map(out, count, [](Vec16 a, Vec16 b) { return a + b; }, out, bias);
}

void add(float* x, const float* y, int count) {
    map(x, count, [](Vec16 a, Vec16 b) { return a + b; }, x, y);
}

void scale(float* x, float factor, int count) {
    map(x, count, [&](Vec16 a) { return a * broadcast(factor); }, x);
}

void rotate(float* x, const float* cosines, const float* sines, int pairs, bool interleaved) {
    if (interleaved) {
        for (int i = 0; i < pairs; i++) {
            float a = x[2 * i], b = x[2 * i + 1];
            x[2 * i] = a * cosines[i] - b * sines[i];
            x[2 * i + 1] = b * cosines[i] + a * sines[i];
        }
        return;
    }
    for (int i = 0; i < pairs; i += 16) {
        int left = pairs - i;
        Vec16 a = load_part(x + i, left), b = load_part(x + pairs + i, left);
        Vec16 c = load_part(cosines + i, left), s = load_part(sines + i, left);
        store_part(x + i, a * c - b * s, left);
        store_part(x + pairs + i, b * c + a * s, left);
    }
}

// Calls f with the function of this name, as a type of its own, so that loops contain it.
template <class F>
void with(Activation activation, F f) {
    switch (activation) {
        case Activation::silu: return f([](Vec16 a) { return silu(a); });
        case Activation::gelu: return f([](Vec16 a) { return gelu(a); });
        case Activation::gelu_tanh: return f([](Vec16 a) { return gelu_tanh(a); });
    }
}

void activate(Activation activation, float* x, int count) {
    with(activation, [&](auto function) { map(x, count, function, x); });
}

void gate(Activation activation, float* x, const float* up, int count) {
    with(activation, [&](auto function) { map(x, count, [&](Vec16 a, Vec16 b) { return function(a) * b; }, x, up); });
}

void softcap(float* x, float cap, int count) {
    map(x, count, [&](Vec16 a) { return soften(a, cap); }, x);
}

// A heap whose root is the least of those kept: the smallest value and, of equals, the largest id.
struct Kept {
    int32_t* ids;
    float* values;

    bool less(int a, int b) const { return values[a] < values[b] || (values[a] == values[b] && ids[a] > ids[b]); }
    void swap(int a, int b) {
        float value = values[a];
        int32_t id = ids[a];
        values[a] = values[b], ids[a] = ids[b];
        values[b] = value, ids[b] = id;
    }
    void sink(int root, int count) {
        for (int child; (child = 2 * root + 1) < count; root = child) {
            if (child + 1 < count && less(child + 1, child)) child++;
            if (!less(child, root)) return;
            swap(root, child);
        }
    }
};

void likeliest(const float* row, int columns, int count, int32_t* ids, float* values) {
    Kept kept{ids, values};
    for (int i = 0; i < count; i++) ids[i] = i, values[i] = row[i];
    for (int i = count / 2; i-- > 0;) kept.sink(i, count);
    for (int i = count; i < columns; i += 64) {
        int end = i + 64 < columns ? i + 64 : columns;
        if (!(most(row + i, end - i) > values[0])) continue;
        for (int id = i; id < end; id++) {
            if (!(row[id] > values[0])) continue;
            ids[0] = id, values[0] = row[id];
            kept.sink(0, count);
        }
    }
    for (int left = count - 1; left > 0; left--) {
        kept.swap(0, left);
        kept.sink(0, left);
    }
}

float log_sum_exp(const float* row, int columns) {
    float peak = most(row, columns);
    Vec16 sums = zeros();
    for (int i = 0; i < columns; i += 16) {
        sums = sums + exp(load_part(row + i, columns - i, -__builtin_inff()) - broadcast(peak));
    }
    return peak + __builtin_logf(sum(sums));
}

}  // namespace

extern const Vectors VECTORS;
const Vectors VECTORS = {norm,    add,      scale,  rotate, activate,  gate,
                         softcap, remember, attend, join,   likeliest, log_sum_exp};

}  // namespace freehold::FREEHOLD_ISA
