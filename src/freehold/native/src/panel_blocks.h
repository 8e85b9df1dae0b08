// How a panel's bytes lie. Packing writes them, the products read them.
//
// A panel's 32 rows are two halves of 16, each cut along the columns into blocks:
//
//     rows 0-15, first columns | rows 16-31, the same columns | rows 0-15, next columns | ...
//
// A block's sixteen rows are the lanes, so a scale per row is a vector of sixteen, and 32 columns of 8-bit weights are 8
// vectors of 64 bytes, each of 16 rows x 4 columns (what vpdpbusd multiplies with 4 activations and adds per lane):
//
//     vector v   row 0: column 4v, 4v+1, 4v+2, 4v+3 | row 1: 4v, 4v+1, 4v+2, 4v+3 | ... | row 15
//
// 4-bit weights keep two vectors in one: vector v in the low nibbles, v + 4 in the high ones.
//
// Every Block begins on a cache line. GROUPS is its groups of 32 columns; where the columns are an odd multiple of 32,
// the last block of 64 is half used.
#pragma once

#include <cstdint>

#include "matrix.h"

namespace freehold {

constexpr int LANES = 16;

// 64 bytes of 8-bit weights, 4 columns a row; and 32 columns of 4-bit ones.
using Quad = uint8_t[64];

struct alignas(64) BlockF32 {  // 32 bits a weight
    static constexpr int GROUPS = 1;
    float weights[32][16];
};

struct alignas(64) BlockF16 {  // 16 bits; f16
    static constexpr int GROUPS = 1;
    uint16_t weights[32][16];
};

struct alignas(64) BlockBf16 {  // 16 bits; columns in pairs, subnormal weights are zero
    static constexpr int GROUPS = 1;
    uint16_t weights[16][16][2];
};

struct alignas(64) BlockQ8_0 {  // 8.5 bits; weight = scale * (q - 128)
    static constexpr int GROUPS = 2;
    Quad weights[2][8];
    uint16_t scales[2][16];  // f16
};

struct alignas(64) BlockQ4_0 {  // 4.5 bits; weight = scale * (q - 8)
    static constexpr int GROUPS = 2;
    Quad nibbles[2][4];
    uint16_t scales[2][16];  // f16
};

struct alignas(64) BlockQ4K {  // 4.625 bits; weight = scale * scales * q - minimum * minimums
    static constexpr int GROUPS = 8;
    Quad nibbles[8][4];
    uint8_t scales[8][16];
    uint8_t minimums[8][16];
    uint16_t scale[16], minimum[16];  // f16
};

struct alignas(64) BlockQ6K {  // 6.625 bits; weight = scale * scales * (q - 32)
    static constexpr int GROUPS = 8;
    Quad nibbles[8][4];       // the low 4 bits
    Quad pairs[8][2];         // the high 2: vector v at bits 2 * (v % 4) of pairs[v / 4]
    int8_t scales[8][2][16];  // one per 16 columns
    uint16_t scale[16];       // f16
};

static_assert(sizeof(BlockQ8_0) == 64 * 16 + 64 && sizeof(BlockQ4_0) == 64 * 8 + 64);
static_assert(sizeof(BlockQ4K) == 256 * 16 * 37 / 64 && sizeof(BlockQ6K) == 256 * 16 * 53 / 64);

}  // namespace freehold
