// Functions of sixteen numbers, and loops over rows of numbers. Once per instruction set, with the same bits on each.
#pragma once

#include "simd.h"
#include "vector.h"

namespace freehold::FREEHOLD_ISA {

// The numbers from `from` on where there are `count`, the rest of the sixteen `fill`; and back.
inline Vec16 load_part(const float* from, int count, float fill = 0) {
    if (count >= 16) return load(from);
    float all[16];
    store(all, broadcast(fill));
    memcpy(all, from, size_t(count) * sizeof(float));
    return load(all);
}
inline void store_part(float* to, Vec16 a, int count) {
    if (count >= 16) return store(to, a);
    float all[16];
    store(all, a);
    memcpy(to, all, size_t(count) * sizeof(float));
}

// out[i] = f(in[i]...)
template <class F, class... In>
inline void map(float* out, int count, F f, const In*... in) {
    for (int i = 0; i < count; i += 16) store_part(out + i, f(load_part(in + i, count - i)...), count - i);
}

// The sum of f(x[i]), where f(0) is 0.
template <class F>
inline float total(const float* x, int count, F f) {
    Vec16 sums = zeros();
    for (int i = 0; i < count; i += 16) sums = sums + f(load_part(x + i, count - i));
    return sum(sums);
}

inline float most(const float* x, int count) {
    Vec16 peaks = broadcast(-__builtin_inff());
    for (int i = 0; i < count; i += 16) peaks = max(peaks, load_part(x + i, count - i, -__builtin_inff()));
    return largest(peaks);
}

// e^x within 2 units in the last place from -87.3 to 88.3, and what it is there beyond them (Cephes' expf).
inline Vec16 exp(Vec16 x) {
    x = min(max(x, broadcast(-87.3f)), broadcast(88.3f));
    Vec16 n = round(x * broadcast(1.44269504f));
    Vec16 r = fma(n, broadcast(-0.693359375f), x);
    r = fma(n, broadcast(2.12194440e-4f), r);
    Vec16 series = broadcast(1.9875691500e-4f);
    series = fma(series, r, broadcast(1.3981999507e-3f));
    series = fma(series, r, broadcast(8.3334519073e-3f));
    series = fma(series, r, broadcast(4.1665795894e-2f));
    series = fma(series, r, broadcast(1.6666665459e-1f));
    series = fma(series, r, broadcast(5.0000001201e-1f));
    return (fma(series, r * r, r) + broadcast(1.0f)) * power_of_two(n);
}

inline float exp(float x) {
    float all[16];
    store(all, exp(broadcast(x)));
    return all[0];
}

// x[i] <- e^(x[i] - peak), and their sum.
inline float exponentials(float* x, float peak, int count) {
    Vec16 sums = zeros();
    for (int i = 0; i < count; i += 16) {
        Vec16 share = exp(load_part(x + i, count - i) - broadcast(peak));
        store_part(x + i, share, count - i);
        sums = sums + (count - i < 16 ? load_part(x + i, count - i) : share);
    }
    return sum(sums);
}

// x / (1 + e^-x)
inline Vec16 silu(Vec16 x) { return x / (broadcast(1.0f) + exp(zeros() - x)); }

// Within 2e-7.
inline Vec16 tanh(Vec16 x) { return broadcast(1.0f) - broadcast(2.0f) / (exp(x + x) + broadcast(1.0f)); }

inline Vec16 soften(Vec16 x, float cap) { return broadcast(cap) * tanh(x / broadcast(cap)); }

// x * (1 + tanh(u)) / 2, which is x / (1 + e^-2u) (arXiv 1606.08415).
inline Vec16 gelu_tanh(Vec16 x) {
    Vec16 cubic = fma(x * x * x, broadcast(0.044715f), x);
    return x / (broadcast(1.0f) + exp(cubic * broadcast(-1.5957691216f)));
}

// x * normal(x), as max(x, 0) - |x| erfc(|x| / sqrt 2) / 2; erfc within 2e-7 (Abramowitz and Stegun, 7.1.26).
inline Vec16 gelu(Vec16 x) {
    Vec16 z = abs(x) * broadcast(0.7071067812f);
    Vec16 t = broadcast(1.0f) / fma(z, broadcast(0.3275911f), broadcast(1.0f));
    Vec16 series = broadcast(1.061405429f);
    series = fma(series, t, broadcast(-1.453152027f));
    series = fma(series, t, broadcast(1.421413741f));
    series = fma(series, t, broadcast(-0.284496736f));
    series = fma(series, t, broadcast(0.254829592f));
    Vec16 tail = series * t * exp(zeros() - z * z);
    return max(x, zeros()) - abs(x) * broadcast(0.5f) * tail;
}

// Parts of `Vectors` in vector_attention.cpp.
void remember(const BlockShape& shape, uint8_t* block, int slot, const float* key, const float* value);
void attend(const Tile& tile);
void join(Partial& into, const Partial& next, int width);

}  // namespace freehold::FREEHOLD_ISA
