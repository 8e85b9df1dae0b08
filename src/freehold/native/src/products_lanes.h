// Sixteen lanes of whole numbers, and of bf16 pairs: what the products need beyond simd.h, per instruction set.
//
//     Bytes                      64 unsigned bytes, four columns of each of 16 lanes
//     Ints                       16 sums; exact, so the same number whatever the instruction set's order and widths
//     begin<ZERO>(minus_sum)     what a dot starts with so that weights count from ZERO
//     dot<MOST, FROM, TO>        adds, for P codes and R inputs, the vectors FROM to TO of weights, none above MOST
//     add_pair                   sum + odd * odd, then + even * even, each rounded once, as AVX-512's instruction does
//                                (which takes subnormal sums for 0)
#pragma once

#include "simd.h"

namespace freehold::FREEHOLD_ISA {

template <class A, class B>
constexpr bool is_same = false;
template <class A>
constexpr bool is_same<A, A> = true;

inline int32_t four_bytes(const void* from) {
    int32_t bytes;
    memcpy(&bytes, from, 4);
    return bytes;
}

#if defined(FREEHOLD_ONE_REGISTER)
// ------------------------------------------------------------------------------------------------------------ AVX-512

using Bytes = __m512i;
using Ints = __m512i;

inline Bytes load_bytes(const uint8_t* from) { return _mm512_load_si512(from); }
inline Bytes low_nibbles(Bytes a) { return _mm512_and_si512(a, _mm512_set1_epi8(15)); }
inline Bytes high_nibbles(Bytes a) { return low_nibbles(_mm512_srli_epi16(a, 4)); }

// a + 16 * the two bits of each byte from 2 * PLACE on.
template <int PLACE>
inline Bytes with_pairs(Bytes a, Bytes pairs) {
    Bytes high = PLACE < 2 ? _mm512_slli_epi16(pairs, PLACE < 2 ? 4 - 2 * PLACE : 0)
                           : _mm512_srli_epi16(pairs, PLACE < 2 ? 0 : 2 * PLACE - 4);
    return _mm512_ternarylogic_epi64(a, high, _mm512_set1_epi8(0x30), 0xf8);  // a | high & 0x30
}

inline Vec16 to_floats(Ints a) { return {_mm512_cvtepi32_ps(a)}; }
inline Ints minus(Ints a, Ints b) { return _mm512_sub_epi32(a, b); }
template <int ZERO>
inline Ints begin(int32_t minus_sum) {
    constexpr int BITS = ZERO == 128 ? 7 : ZERO == 32 ? 5 : 3;
    return ZERO ? _mm512_slli_epi32(_mm512_set1_epi32(minus_sum), BITS) : _mm512_setzero_si512();
}
inline Vec16 load_u8(const uint8_t* from) { return {_mm512_cvtepi32_ps(_mm512_cvtepu8_epi32(load_128(from)))}; }

template <int MOST, int FROM, int TO, class Codes, class Inputs, int P, int R>
inline void dot(const Codes (&codes)[P], const Inputs* inputs, Ints (&totals)[P][R]) {
    for (int v = FROM; v < TO; v++) {
        for (int r = 0; r < R; r++) {
            Ints four = _mm512_set1_epi32(four_bytes(inputs[r].values + 4 * v));
            for (int p = 0; p < P; p++) totals[p][r] = _mm512_dpbusd_epi32(totals[p][r], codes[p].q[v], four);
        }
    }
}

inline Vec16 add_pair(Vec16 sum, const uint16_t* weights, const uint16_t* inputs) {
    Ints pair = _mm512_set1_epi32(four_bytes(inputs));
    return {_mm512_dpbf16_ps(sum.all, (__m512bh)_mm512_load_si512(weights), (__m512bh)pair)};
}

#elif defined(FREEHOLD_TWO_REGISTERS)
// -------------------------------------------------------------------------------------------------------------- AVX2

struct Bytes {
    __m256i low, high;
};
using Ints = Bytes;

inline Bytes load_bytes(const uint8_t* from) { return {load_256(from), load_256(from + 32)}; }
inline __m256i low_nibbles(__m256i a) { return _mm256_and_si256(a, _mm256_set1_epi8(15)); }
inline Bytes low_nibbles(Bytes a) { return {low_nibbles(a.low), low_nibbles(a.high)}; }
inline Bytes high_nibbles(Bytes a) {
    return {low_nibbles(_mm256_srli_epi16(a.low, 4)), low_nibbles(_mm256_srli_epi16(a.high, 4))};
}

template <int PLACE>
inline __m256i with_pairs(__m256i a, __m256i pairs) {
    __m256i two = _mm256_and_si256(_mm256_srli_epi16(pairs, 2 * PLACE), _mm256_set1_epi8(3));
    return _mm256_or_si256(a, _mm256_slli_epi16(two, 4));
}
template <int PLACE>
inline Bytes with_pairs(Bytes a, Bytes pairs) {
    return {with_pairs<PLACE>(a.low, pairs.low), with_pairs<PLACE>(a.high, pairs.high)};
}

inline Vec16 to_floats(Ints a) { return {_mm256_cvtepi32_ps(a.low), _mm256_cvtepi32_ps(a.high)}; }
inline Ints minus(Ints a, Ints b) { return {_mm256_sub_epi32(a.low, b.low), _mm256_sub_epi32(a.high, b.high)}; }
template <int ZERO>
inline Ints begin(int32_t minus_sum) {
    __m256i start = _mm256_set1_epi32(ZERO == 128 ? 0 : ZERO * minus_sum);  // dot<255> takes 128 off the weights
    return {start, start};
}
inline Vec16 load_u8(const uint8_t* from) {
    __m128i bytes = load_128(from);
    return {_mm256_cvtepi32_ps(_mm256_cvtepu8_epi32(bytes)),
            _mm256_cvtepi32_ps(_mm256_cvtepu8_epi32(_mm_unpackhi_epi64(bytes, bytes)))};
}

// 16-bit sums of two products each. As |w| <= 128 times x with w's sign, or w <= 63 times x, they cannot overflow.
template <int MOST>
inline __m256i products_of_two(__m256i weights, __m256i four) {
    if (MOST < 128) return _mm256_maddubs_epi16(weights, four);
    weights = _mm256_xor_si256(weights, _mm256_set1_epi8(-128));
    return _mm256_maddubs_epi16(_mm256_abs_epi8(weights), _mm256_sign_epi8(four, weights));
}

template <int MOST, int FROM, int TO, class Codes, class Inputs, int P, int R>
inline void dot(const Codes (&codes)[P], const Inputs* inputs, Ints (&totals)[P][R]) {
    constexpr int RUN = MOST == 15 ? 8 : MOST == 63 ? 2 : 1;  // vectors whose 16-bit sums still fit
    __m256i ones = _mm256_set1_epi16(1);
    for (int r = 0; r < R; r++) {
        for (int p = 0; p < P; p++) {
            for (int v = FROM; v < TO; v += RUN) {
                __m256i low = _mm256_setzero_si256(), high = low;
                for (int i = v; i < v + RUN; i++) {
                    __m256i four = _mm256_set1_epi32(four_bytes(inputs[r].values + 4 * i));
                    low = _mm256_add_epi16(low, products_of_two<MOST>(codes[p].q[i].low, four));
                    high = _mm256_add_epi16(high, products_of_two<MOST>(codes[p].q[i].high, four));
                }
                totals[p][r].low = _mm256_add_epi32(totals[p][r].low, _mm256_madd_epi16(low, ones));
                totals[p][r].high = _mm256_add_epi32(totals[p][r].high, _mm256_madd_epi16(high, ones));
            }
        }
    }
}

inline __m256 add_pair(__m256 sum, __m256i weights, __m256i pair) {
    __m256i odd = _mm256_set1_epi32(int32_t(0xffff0000));
    sum = _mm256_fmadd_ps(_mm256_castsi256_ps(_mm256_and_si256(weights, odd)),
                          _mm256_castsi256_ps(_mm256_and_si256(pair, odd)), sum);
    return _mm256_fmadd_ps(_mm256_castsi256_ps(_mm256_slli_epi32(weights, 16)),
                           _mm256_castsi256_ps(_mm256_slli_epi32(pair, 16)), sum);
}
inline Vec16 add_pair(Vec16 sum, const uint16_t* weights, const uint16_t* inputs) {
    __m256i pair = _mm256_set1_epi32(four_bytes(inputs));
    return {add_pair(sum.low, load_256(weights), pair), add_pair(sum.high, load_256(weights + 16), pair)};
}

#else
// -------------------------------------------------------------------------------------------------------- any machine

struct Bytes {
    uint8_t byte[64];
};
struct Ints {
    int32_t lane[16];
};

inline Bytes load_bytes(const uint8_t* from) {
    Bytes result;
    memcpy(result.byte, from, 64);
    return result;
}
inline Bytes low_nibbles(Bytes a) {
    for (auto& byte : a.byte) byte &= 15;
    return a;
}
inline Bytes high_nibbles(Bytes a) {
    for (auto& byte : a.byte) byte >>= 4;
    return a;
}
template <int PLACE>
inline Bytes with_pairs(Bytes a, const Bytes& pairs) {
    for (int i = 0; i < 64; i++) a.byte[i] |= (pairs.byte[i] >> 2 * PLACE & 3) << 4;
    return a;
}

inline Vec16 to_floats(const Ints& a) {
    return each_lane([&](int i) { return float(a.lane[i]); });
}
inline Ints minus(Ints a, const Ints& b) {
    for (int i = 0; i < 16; i++) a.lane[i] -= b.lane[i];
    return a;
}
template <int ZERO>
inline Ints begin(int32_t minus_sum) {
    Ints result;
    for (auto& lane : result.lane) lane = ZERO * minus_sum;
    return result;
}
inline Vec16 load_u8(const uint8_t* from) {
    return each_lane([&](int i) { return float(from[i]); });
}

template <int MOST, int FROM, int TO, class Codes, class Inputs, int P, int R>
inline void dot(const Codes (&codes)[P], const Inputs* inputs, Ints (&totals)[P][R]) {
    for (int r = 0; r < R; r++) {
        for (int p = 0; p < P; p++) {
            for (int v = FROM; v < TO; v++) {
                const uint8_t* q = codes[p].q[v].byte;
                const int8_t* x = inputs[r].values + 4 * v;
                for (int i = 0; i < 16; i++) {
                    totals[p][r].lane[i] += q[4 * i] * x[0] + q[4 * i + 1] * x[1] + q[4 * i + 2] * x[2] + q[4 * i + 3] * x[3];
                }
            }
        }
    }
}

inline Vec16 add_pair(Vec16 sum, const uint16_t* weights, const uint16_t* inputs) {
    float even = from_bf16(inputs[0]), odd = from_bf16(inputs[1]);
    return each_lane([&](int i) {
        float first = __builtin_fmaf(from_bf16(weights[2 * i + 1]), odd, sum.lane[i]);
        return __builtin_fmaf(from_bf16(weights[2 * i]), even, first);
    });
}
#endif
}  // namespace freehold::FREEHOLD_ISA
