// Sixteen floats at a time, with the same bits on every instruction set.
//
// Compile the including file once per instruction set, with -DFREEHOLD_ISA=<its namespace> and that set's -m flags:
// AVX-512 makes a Vec16 one register, AVX2 two, anything else an array. Everything lands in freehold::FREEHOLD_ISA.
// Compile with -ffp-contract=off: products are fused only where fma() is written.
//
// Include no C++ library header with inline code (<algorithm>, <vector>) where FREEHOLD_ISA is defined: the linker keeps
// one copy of such a function, perhaps the AVX-512 one, for every caller on every machine.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

#if defined(__AVX2__)
#include <immintrin.h>
#endif

#ifndef FREEHOLD_ISA
#error "define FREEHOLD_ISA as the namespace of the instruction set this file is compiled for"
#endif

namespace freehold::FREEHOLD_ISA {

// One float from its 16-bit form, and back (to nearest, ties to even; NaN stays NaN, quiet).
inline float bits_float(uint32_t bits) {
    float value;
    memcpy(&value, &bits, 4);
    return value;
}

inline uint32_t float_bits(float value) {
    uint32_t bits;
    memcpy(&bits, &value, 4);
    return bits;
}

inline float from_bf16(uint16_t half) { return bits_float(uint32_t(half) << 16); }

inline uint16_t to_bf16(float value) {
    uint32_t bits = float_bits(value);
    if ((bits & 0x7fffffffu) > 0x7f800000u) return uint16_t((bits >> 16) | 0x40);
    return uint16_t((bits + 0x7fff + ((bits >> 16) & 1)) >> 16);
}

inline float from_f16(uint16_t half) {
    uint32_t magnitude = half & 0x7fff, special = magnitude >= 0x7c00 ? 0x7f800000u : 0, nan = magnitude > 0x7c00;
    uint32_t bits = float_bits(bits_float(magnitude << 13) * 0x1p112f);  // exact, subnormals too
    return bits_float(bits | special | nan << 22 | uint32_t(half & 0x8000) << 16);
}

inline uint16_t to_f16(float value) {
    uint32_t bits = float_bits(value), sign = (bits >> 16) & 0x8000, magnitude = bits & 0x7fffffffu;
    if (magnitude > 0x7f800000u) return uint16_t(sign | 0x7e00 | ((magnitude >> 13) & 0x3ff));
    if (magnitude >= 0x477ff000u) return uint16_t(sign | 0x7c00);  // rounds to 65536 or more
    if (magnitude < 0x38800000u) {                                 // subnormal: the addition rounds it at 2^-24
        return uint16_t(sign | (float_bits(bits_float(magnitude) + 0.5f) - 0x3f000000u));
    }
    return uint16_t(sign | ((magnitude - 0x38000000u + 0xfff + ((magnitude >> 13) & 1)) >> 13));
}

#if defined(__AVX512F__) && defined(__AVX512BW__) && defined(__AVX512VL__)
// ---------------------------------------------------------------------------------------------- AVX-512: one register
#define FREEHOLD_ONE_REGISTER 1

struct Vec16 {
    __m512 all;
};

inline Vec16 broadcast(float value) { return {_mm512_set1_ps(value)}; }
inline Vec16 load(const float* from) { return {_mm512_loadu_ps(from)}; }
inline void store(float* to, Vec16 a) { _mm512_storeu_ps(to, a.all); }

inline Vec16 operator+(Vec16 a, Vec16 b) { return {_mm512_add_ps(a.all, b.all)}; }
inline Vec16 operator-(Vec16 a, Vec16 b) { return {_mm512_sub_ps(a.all, b.all)}; }
inline Vec16 operator*(Vec16 a, Vec16 b) { return {_mm512_mul_ps(a.all, b.all)}; }
inline Vec16 operator/(Vec16 a, Vec16 b) { return {_mm512_div_ps(a.all, b.all)}; }
inline Vec16 fma(Vec16 a, Vec16 b, Vec16 c) { return {_mm512_fmadd_ps(a.all, b.all, c.all)}; }
inline Vec16 max(Vec16 a, Vec16 b) { return {_mm512_max_ps(a.all, b.all)}; }
inline Vec16 min(Vec16 a, Vec16 b) { return {_mm512_min_ps(a.all, b.all)}; }
inline Vec16 abs(Vec16 a) { return {_mm512_abs_ps(a.all)}; }

inline __m256i load_256(const void* from) { return _mm256_loadu_si256(static_cast<const __m256i*>(from)); }
inline __m128i load_128(const void* from) { return _mm_loadu_si128(static_cast<const __m128i*>(from)); }

inline Vec16 load_f16(const uint16_t* from) { return {_mm512_cvtph_ps(load_256(from))}; }
inline Vec16 load_bf16(const uint16_t* from) {
    return {_mm512_castsi512_ps(_mm512_slli_epi32(_mm512_cvtepu16_epi32(load_256(from)), 16))};
}
inline Vec16 load_i8(const int8_t* from) { return {_mm512_cvtepi32_ps(_mm512_cvtepi8_epi32(load_128(from)))}; }

inline void store_f16(uint16_t* to, Vec16 a) {
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(to), _mm512_cvtps_ph(a.all, _MM_FROUND_TO_NEAREST_INT));
}
inline void store_bf16(uint16_t* to, Vec16 a) {
    __m512i bits = _mm512_castps_si512(a.all), high = _mm512_srli_epi32(bits, 16);
    __m512i odd = _mm512_and_si512(high, _mm512_set1_epi32(1));
    __m512i rounded = _mm512_add_epi32(_mm512_add_epi32(bits, _mm512_set1_epi32(0x7fff)), odd);
    __mmask16 nan = _mm512_cmp_ps_mask(a.all, a.all, _CMP_UNORD_Q);
    rounded = _mm512_mask_or_epi32(_mm512_srli_epi32(rounded, 16), nan, high, _mm512_set1_epi32(0x40));
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(to), _mm512_cvtepi32_epi16(rounded));
}
// Values already whole and in [-128, 127].
inline void store_i8(int8_t* to, Vec16 a) {
    _mm_storeu_si128(reinterpret_cast<__m128i*>(to), _mm512_cvtepi32_epi8(_mm512_cvtps_epi32(a.all)));
}
// 2^n for whole n in [-126, 127].
inline Vec16 power_of_two(Vec16 n) {
    __m512i exponent = _mm512_add_epi32(_mm512_cvtps_epi32(n.all), _mm512_set1_epi32(127));
    return {_mm512_castsi512_ps(_mm512_slli_epi32(exponent, 23))};
}

inline __m256 low_half(Vec16 a) { return _mm512_castps512_ps256(a.all); }
inline __m256 high_half(Vec16 a) { return _mm512_extractf32x8_ps(a.all, 1); }

#elif defined(__AVX2__) && defined(__FMA__) && defined(__F16C__)
// ------------------------------------------------------------------------------------------------ AVX2: two registers
#define FREEHOLD_TWO_REGISTERS 1

struct Vec16 {
    __m256 low, high;
};

inline __m256i load_256(const void* from) { return _mm256_loadu_si256(static_cast<const __m256i*>(from)); }
inline __m128i load_128(const void* from) { return _mm_loadu_si128(static_cast<const __m128i*>(from)); }

inline Vec16 broadcast(float value) { return {_mm256_set1_ps(value), _mm256_set1_ps(value)}; }
inline Vec16 load(const float* from) { return {_mm256_loadu_ps(from), _mm256_loadu_ps(from + 8)}; }
inline void store(float* to, Vec16 a) {
    _mm256_storeu_ps(to, a.low);
    _mm256_storeu_ps(to + 8, a.high);
}

inline Vec16 operator+(Vec16 a, Vec16 b) { return {_mm256_add_ps(a.low, b.low), _mm256_add_ps(a.high, b.high)}; }
inline Vec16 operator-(Vec16 a, Vec16 b) { return {_mm256_sub_ps(a.low, b.low), _mm256_sub_ps(a.high, b.high)}; }
inline Vec16 operator*(Vec16 a, Vec16 b) { return {_mm256_mul_ps(a.low, b.low), _mm256_mul_ps(a.high, b.high)}; }
inline Vec16 operator/(Vec16 a, Vec16 b) { return {_mm256_div_ps(a.low, b.low), _mm256_div_ps(a.high, b.high)}; }
inline Vec16 fma(Vec16 a, Vec16 b, Vec16 c) {
    return {_mm256_fmadd_ps(a.low, b.low, c.low), _mm256_fmadd_ps(a.high, b.high, c.high)};
}
inline Vec16 max(Vec16 a, Vec16 b) { return {_mm256_max_ps(a.low, b.low), _mm256_max_ps(a.high, b.high)}; }
inline Vec16 min(Vec16 a, Vec16 b) { return {_mm256_min_ps(a.low, b.low), _mm256_min_ps(a.high, b.high)}; }
inline Vec16 abs(Vec16 a) {
    __m256 sign = _mm256_set1_ps(-0.0f);
    return {_mm256_andnot_ps(sign, a.low), _mm256_andnot_ps(sign, a.high)};
}

inline Vec16 load_f16(const uint16_t* from) {
    return {_mm256_cvtph_ps(load_128(from)), _mm256_cvtph_ps(load_128(from + 8))};
}
inline Vec16 load_bf16(const uint16_t* from) {
    __m256i low = _mm256_cvtepu16_epi32(load_128(from)), high = _mm256_cvtepu16_epi32(load_128(from + 8));
    return {_mm256_castsi256_ps(_mm256_slli_epi32(low, 16)), _mm256_castsi256_ps(_mm256_slli_epi32(high, 16))};
}
inline Vec16 load_i8(const int8_t* from) {
    __m128i bytes = load_128(from);
    return {_mm256_cvtepi32_ps(_mm256_cvtepi8_epi32(bytes)),
            _mm256_cvtepi32_ps(_mm256_cvtepi8_epi32(_mm_unpackhi_epi64(bytes, bytes)))};
}

inline void store_f16(uint16_t* to, Vec16 a) {
    auto* halves = reinterpret_cast<__m128i*>(to);
    _mm_storeu_si128(halves, _mm256_cvtps_ph(a.low, _MM_FROUND_TO_NEAREST_INT));
    _mm_storeu_si128(halves + 1, _mm256_cvtps_ph(a.high, _MM_FROUND_TO_NEAREST_INT));
}
inline __m256i rounded_bf16(__m256 a) {
    __m256i bits = _mm256_castps_si256(a), high = _mm256_srli_epi32(bits, 16);
    __m256i odd = _mm256_and_si256(high, _mm256_set1_epi32(1));
    __m256i rounded = _mm256_add_epi32(_mm256_add_epi32(bits, _mm256_set1_epi32(0x7fff)), odd);
    __m256 nan = _mm256_cmp_ps(a, a, _CMP_UNORD_Q);
    return _mm256_blendv_epi8(_mm256_srli_epi32(rounded, 16), _mm256_or_si256(high, _mm256_set1_epi32(0x40)),
                              _mm256_castps_si256(nan));
}
inline void store_bf16(uint16_t* to, Vec16 a) {
    __m256i packed = _mm256_packus_epi32(rounded_bf16(a.low), rounded_bf16(a.high));
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(to), _mm256_permute4x64_epi64(packed, 0xd8));
}
// Values already whole and in [-128, 127].
inline void store_i8(int8_t* to, Vec16 a) {
    __m256i words = _mm256_packs_epi32(_mm256_cvtps_epi32(a.low), _mm256_cvtps_epi32(a.high));
    words = _mm256_permute4x64_epi64(words, 0xd8);
    __m128i bytes = _mm_packs_epi16(_mm256_castsi256_si128(words), _mm256_extracti128_si256(words, 1));
    _mm_storeu_si128(reinterpret_cast<__m128i*>(to), bytes);
}
inline __m256 power_of_two(__m256 n) {
    __m256i exponent = _mm256_add_epi32(_mm256_cvtps_epi32(n), _mm256_set1_epi32(127));
    return _mm256_castsi256_ps(_mm256_slli_epi32(exponent, 23));
}
// 2^n for whole n in [-126, 127].
inline Vec16 power_of_two(Vec16 n) { return {power_of_two(n.low), power_of_two(n.high)}; }

inline __m256 low_half(Vec16 a) { return a.low; }
inline __m256 high_half(Vec16 a) { return a.high; }

#else
// --------------------------------------------------------------------------------------- any machine: an array of lanes
#define FREEHOLD_PORTABLE 1

struct Vec16 {
    float lane[16];
};

template <class Function>
inline Vec16 each_lane(Function function) {
    Vec16 result;
    for (int i = 0; i < 16; i++) result.lane[i] = function(i);
    return result;
}

inline Vec16 broadcast(float value) {
    return each_lane([&](int) { return value; });
}
inline Vec16 load(const float* from) {
    return each_lane([&](int i) { return from[i]; });
}
inline void store(float* to, Vec16 a) { memcpy(to, a.lane, sizeof a.lane); }

inline Vec16 operator+(Vec16 a, Vec16 b) {
    return each_lane([&](int i) { return a.lane[i] + b.lane[i]; });
}
inline Vec16 operator-(Vec16 a, Vec16 b) {
    return each_lane([&](int i) { return a.lane[i] - b.lane[i]; });
}
inline Vec16 operator*(Vec16 a, Vec16 b) {
    return each_lane([&](int i) { return a.lane[i] * b.lane[i]; });
}
inline Vec16 operator/(Vec16 a, Vec16 b) {
    return each_lane([&](int i) { return a.lane[i] / b.lane[i]; });
}
inline Vec16 fma(Vec16 a, Vec16 b, Vec16 c) {
    return each_lane([&](int i) { return __builtin_fmaf(a.lane[i], b.lane[i], c.lane[i]); });
}
inline Vec16 max(Vec16 a, Vec16 b) {
    return each_lane([&](int i) { return a.lane[i] > b.lane[i] ? a.lane[i] : b.lane[i]; });
}
inline Vec16 min(Vec16 a, Vec16 b) {
    return each_lane([&](int i) { return a.lane[i] < b.lane[i] ? a.lane[i] : b.lane[i]; });
}
inline Vec16 abs(Vec16 a) {
    return each_lane([&](int i) { return __builtin_fabsf(a.lane[i]); });
}

inline Vec16 load_f16(const uint16_t* from) {
    return each_lane([&](int i) { return from_f16(from[i]); });
}
inline Vec16 load_bf16(const uint16_t* from) {
    return each_lane([&](int i) { return from_bf16(from[i]); });
}
inline Vec16 load_i8(const int8_t* from) {
    return each_lane([&](int i) { return float(from[i]); });
}

inline void store_f16(uint16_t* to, Vec16 a) {
    for (int i = 0; i < 16; i++) to[i] = to_f16(a.lane[i]);
}
inline void store_bf16(uint16_t* to, Vec16 a) {
    for (int i = 0; i < 16; i++) to[i] = to_bf16(a.lane[i]);
}
// Values already whole and in [-128, 127].
inline void store_i8(int8_t* to, Vec16 a) {
    for (int i = 0; i < 16; i++) to[i] = int8_t(a.lane[i]);
}
// 2^n for whole n in [-126, 127].
inline Vec16 power_of_two(Vec16 n) {
    return each_lane([&](int i) { return bits_float(uint32_t(int(n.lane[i]) + 127) << 23); });
}
#endif
// ------------------------------------------------------------------------------------------------------ on all of them

inline Vec16 zeros() { return broadcast(0.0f); }

// To the nearest whole number, ties to even, for |a| below 2^22.
inline Vec16 round(Vec16 a) {
    Vec16 magic = broadcast(0x1.8p23f);
    return (a + magic) - magic;
}

// Sum and largest of the sixteen, over the tree 16 -> 8 -> 4 -> 2 -> 1: lane i meets lane i + half.
#if defined(FREEHOLD_PORTABLE)
template <class Join>
inline float reduce(Vec16 a, Join join) {
    for (int half = 8; half > 0; half /= 2) {
        for (int i = 0; i < half; i++) a.lane[i] = join(a.lane[i], a.lane[i + half]);
    }
    return a.lane[0];
}
inline float sum(Vec16 a) {
    return reduce(a, [](float x, float y) { return x + y; });
}
inline float largest(Vec16 a) {
    return reduce(a, [](float x, float y) { return x > y ? x : y; });
}
#else
inline float sum(Vec16 a) {
    __m256 eight = _mm256_add_ps(low_half(a), high_half(a));
    __m128 four = _mm_add_ps(_mm256_castps256_ps128(eight), _mm256_extractf128_ps(eight, 1));
    __m128 two = _mm_add_ps(four, _mm_movehl_ps(four, four));
    return _mm_cvtss_f32(_mm_add_ss(two, _mm_shuffle_ps(two, two, 1)));
}
inline float largest(Vec16 a) {
    __m256 eight = _mm256_max_ps(low_half(a), high_half(a));
    __m128 four = _mm_max_ps(_mm256_castps256_ps128(eight), _mm256_extractf128_ps(eight, 1));
    __m128 two = _mm_max_ps(four, _mm_movehl_ps(four, four));
    return _mm_cvtss_f32(_mm_max_ss(two, _mm_shuffle_ps(two, two, 1)));
}
#endif

}  // namespace freehold::FREEHOLD_ISA
