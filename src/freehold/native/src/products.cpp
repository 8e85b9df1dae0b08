// The products of prepared inputs with packed panels, for one instruction set. Compiled once for each: see simd.h.
//
// Every output is one lane of one vector. Its sum runs over the columns in order, K_BLOCK columns at a time, and the
// blocks' sums are added in order: that order is all that the result depends on.
#include "matrix.h"
#include "panel_blocks.h"
#include "products_lanes.h"

namespace freehold::FREEHOLD_ISA {

constexpr int K_BLOCK = 512;             // columns; those of one panel and of a tile of inputs fit the first cache
constexpr int AHEAD = 8192;              // bytes that a stream of weights is fetched ahead
constexpr int CHUNK_ROWS = 128;          // rows of inputs that every panel meets before the next rows, at most
constexpr size_t CHUNK_BYTES = 1 << 19;  // and their bytes, so that they stay in the second cache

// A product keeps sums for HALVES of a panel times a tile of rows in registers.
#if defined(FREEHOLD_ONE_REGISTER)
constexpr int HALVES = 2, FLOAT_TILE = 8, INTEGER_TILE = 4;
#else
constexpr int HALVES = 1, FLOAT_TILE = 4, INTEGER_TILE = 4;
#endif

// ------------------------------------------------------------------------------------------------- inputs, 32 columns
// A tile of rows lies as [group][row], so that a product reads its inputs front to back.

struct Floats {
    static constexpr int TILE = FLOAT_TILE;
    float values[32];
};

struct Pairs {
    static constexpr int TILE = FLOAT_TILE;
    uint16_t values[32];  // bf16; subnormals are zero
};

struct Integers {  // value = scale * q
    static constexpr int TILE = INTEGER_TILE;
    float scale;
    float minus_scaled_sum;  // -scale * sum of q
    int32_t minus_sum;       // -sum of q
    int32_t minus_second;    // the same of the last 16
    int8_t values[32];
};

template <class Group>
int tile_rows(const Inputs& inputs, int row) {
    int left = inputs.rows - row / Group::TILE * Group::TILE;
    return left < Group::TILE ? left : Group::TILE;
}

template <class Group>
Group* place(const Inputs& inputs, int row) {
    int first = row / Group::TILE * Group::TILE;
    size_t groups = inputs.columns / GROUP;
    return reinterpret_cast<Group*>(inputs.prepared) + first * groups + (row - first);
}

inline void convert(const float* from, Floats& to) { memcpy(to.values, from, sizeof to.values); }

inline void convert(const float* from, Pairs& to) {
    store_bf16(to.values, load(from));
    store_bf16(to.values + 16, load(from + 16));
    for (int i = 0; i < 32; i++) to.values[i] &= to.values[i] & 0x7f80 ? 0xffff : 0x8000;
}

inline void convert(const float* from, Integers& to) {
    Vec16 first = load(from), second = load(from + 16), bound = broadcast(127.0f);
    float most = largest(max(abs(first), abs(second)));
    Vec16 inverse = broadcast(most > 0x1p-100f ? 127.0f / most : 0.0f);
    first = round(min(max(first * inverse, zeros() - bound), bound));
    second = round(min(max(second * inverse, zeros() - bound), bound));
    float second_sum = sum(second), all = sum(first) + second_sum;
    to.scale = most / 127.0f;
    to.minus_scaled_sum = -to.scale * all;
    to.minus_sum = -int32_t(all);
    to.minus_second = -int32_t(second_sum);
    store_i8(to.values, first);
    store_i8(to.values + 16, second);
}

template <class Group>
void prepare_rows(const Inputs& inputs, int first_row, int last_row) {
    for (int row = first_row; row < last_row; row++) {
        Group* to = place<Group>(inputs, row);
        const float* from = inputs.values + size_t(row) * inputs.columns;
        for (int k = 0; k < inputs.columns; k += GROUP, to += tile_rows<Group>(inputs, row)) convert(from + k, *to);
    }
}

void prepare(Form form, const Inputs& inputs, int first_row, int last_row) {
    if (form == Form::floats) return prepare_rows<Floats>(inputs, first_row, last_row);
    if (form == Form::bf16) return prepare_rows<Pairs>(inputs, first_row, last_row);
    return prepare_rows<Integers>(inputs, first_row, last_row);
}

// ------------------------------------------------- one group of columns: P blocks, side by side, times R rows of input

template <int P, int R>
using Sums = Vec16[P][R];

inline Vec16 weights_of(const BlockF32& block, int k) { return load(block.weights[k]); }
inline Vec16 weights_of(const BlockF16& block, int k) { return load_f16(block.weights[k]); }

template <class Block, int P, int R>
inline void add_group(const Block* blocks, int, const Floats* inputs, Sums<P, R>& sums) {
    for (int k = 0; k < 32; k++) {
        Vec16 weights[P];
        for (int p = 0; p < P; p++) weights[p] = weights_of(blocks[p], k);
        for (int r = 0; r < R; r++) {
            for (int p = 0; p < P; p++) sums[p][r] = fma(weights[p], broadcast(inputs[r].values[k]), sums[p][r]);
        }
    }
}

template <class Block, int P, int R>
inline void add_group(const Block* blocks, int, const Pairs* inputs, Sums<P, R>& sums) {
    for (int k = 0; k < 32; k += 2) {
        for (int r = 0; r < R; r++) {
            for (int p = 0; p < P; p++) {
                sums[p][r] = add_pair(sums[p][r], blocks[p].weights[k / 2][0], inputs[r].values + k);
            }
        }
    }
}

// 32 columns of quantised weights: what is multiplied as integers, and the factors of the sums.
struct Codes {
    Bytes q[8];
    Vec16 scale;
    Vec16 other;  // q4_k: the minimum; q6_k: the scale of the last 16 columns
};

inline void unpack(const Quad* nibbles, Codes& codes) {
    for (int v = 0; v < 4; v++) {
        Bytes both = load_bytes(nibbles[v]);
        codes.q[v] = low_nibbles(both);
        codes.q[v + 4] = high_nibbles(both);
    }
}

inline void unpack(const BlockQ8_0& block, int group, Codes& codes) {
    for (int v = 0; v < 8; v++) codes.q[v] = load_bytes(block.weights[group][v]);
    codes.scale = load_f16(block.scales[group]);
}

inline void unpack(const BlockQ4_0& block, int group, Codes& codes) {
    unpack(block.nibbles[group], codes);
    codes.scale = load_f16(block.scales[group]);
}

inline void unpack(const BlockQ4K& block, int group, Codes& codes) {
    unpack(block.nibbles[group], codes);
    codes.scale = load_f16(block.scale) * load_u8(block.scales[group]);
    codes.other = load_f16(block.minimum) * load_u8(block.minimums[group]);
}

inline void unpack(const BlockQ6K& block, int group, Codes& codes) {
    unpack(block.nibbles[group], codes);
    for (int half = 0; half < 2; half++) {
        Bytes pairs = load_bytes(block.pairs[group][half]);
        Bytes* q = codes.q + 4 * half;
        q[0] = with_pairs<0>(q[0], pairs);
        q[1] = with_pairs<1>(q[1], pairs);
        q[2] = with_pairs<2>(q[2], pairs);
        q[3] = with_pairs<3>(q[3], pairs);
    }
    codes.scale = load_f16(block.scale) * load_i8(block.scales[group][0]);
    codes.other = load_f16(block.scale) * load_i8(block.scales[group][1]);
}

template <class Block, int P, int R>
inline void add_group(const Block* blocks, int group, const Integers* inputs, Sums<P, R>& sums) {
    constexpr bool WHOLE = is_same<Block, BlockQ8_0>, K = is_same<Block, BlockQ4K>;
    Codes codes[P];
    for (int p = 0; p < P; p++) unpack(blocks[p], group, codes[p]);
    Ints totals[P][R];
    for (int r = 0; r < R; r++) {
        for (int p = 0; p < P; p++) totals[p][r] = begin<WHOLE ? 128 : K ? 0 : 8>(inputs[r].minus_sum);
    }
    dot<WHOLE ? 255 : 15, 0, 8>(codes, inputs, totals);
    for (int r = 0; r < R; r++) {
        for (int p = 0; p < P; p++) {
            sums[p][r] = fma(to_floats(totals[p][r]), codes[p].scale * broadcast(inputs[r].scale), sums[p][r]);
            if (K) sums[p][r] = fma(codes[p].other, broadcast(inputs[r].minus_scaled_sum), sums[p][r]);
        }
    }
}

template <class Block, int P, int R>
inline void add_group(const BlockQ6K* blocks, int group, const Integers* inputs, Sums<P, R>& sums) {
    Codes codes[P];
    for (int p = 0; p < P; p++) unpack(blocks[p], group, codes[p]);
    for (int r = 0; r < R; r++) {
        Ints first[P][1], second[P][1], start = begin<32>(inputs[r].minus_second);
        for (int p = 0; p < P; p++) {
            first[p][0] = minus(begin<32>(inputs[r].minus_sum), start);
            second[p][0] = start;
        }
        dot<63, 0, 4>(codes, inputs + r, first);
        dot<63, 4, 8>(codes, inputs + r, second);
        for (int p = 0; p < P; p++) {
            Vec16 total = fma(to_floats(second[p][0]), codes[p].other, to_floats(first[p][0]) * codes[p].scale);
            sums[p][r] = fma(total, broadcast(inputs[r].scale), sums[p][r]);
        }
    }
}

// --------------------------------------------------------------------------------- one tile of inputs times one K_BLOCK

// Weights to bring into the caches meanwhile: so many lines with each group of columns, up to an end.
struct Fetch {
    const uint8_t* next;
    const uint8_t* end;
    int lines;

    void some() {
        for (int i = 0; i < lines && next < end; i++, next += 64) __builtin_prefetch(next);
    }
};

// Adds to totals[row][row of the panel].
template <class Block, class Group, int R>
void multiply_tile(const uint8_t* panel, const Group* tile, int groups, Fetch fetch, float (*totals)[PANEL_ROWS]) {
    for (int half = 0; half < 2; half += HALVES) {
        auto* blocks = reinterpret_cast<const Block*>(panel) + half;
        const Group* inputs = tile;
        Sums<HALVES, R> sums;
        for (int p = 0; p < HALVES; p++) {
#pragma GCC unroll 8
            for (int r = 0; r < R; r++) sums[p][r] = zeros();
        }
        for (int g = 0; g < groups; blocks += 2) {
#pragma GCC unroll 2
            for (int i = 0; i < Block::GROUPS && g < groups; i++, g++, inputs += R) {
                fetch.some();
                add_group<Block, HALVES, R>(blocks, i, inputs, sums);
            }
        }
        for (int p = 0; p < HALVES; p++) {
#pragma GCC unroll 8
            for (int r = 0; r < R; r++) {
                float* total = totals[r] + (half + p) * LANES;
                store(total, load(total) + sums[p][r]);
            }
        }
    }
}

template <class Group>
using MultiplyTile = void (*)(const uint8_t*, const Group*, int, Fetch, float (*)[PANEL_ROWS]);

template <class Block, class Group, int R = Group::TILE>
MultiplyTile<Group> tile_function(int rows) {
    if constexpr (R > 1) {
        if (rows < R) return tile_function<Block, Group, R - 1>(rows);
    }
    return multiply_tile<Block, Group, R>;
}

// One panel times the rows first to last of the inputs, the columns in even parts of about K_BLOCK. A single tile
// fetches the weights a little ahead of itself; several together fetch the next part's while they multiply this one's.
template <class Block, class Group>
void multiply_panel(const Matrix& matrix, int panel, const Inputs& inputs, int first, int last, float* out, int stride) {
    alignas(64) float totals[CHUNK_ROWS][PANEL_ROWS];
    memset(totals, 0, sizeof totals[0] * (last - first));
    int groups = matrix.columns / GROUP, blocks = (groups - 1) / Block::GROUPS + 1;
    int parts = (matrix.columns - 1) / K_BLOCK + 1, tiles = (last - first - 1) / Group::TILE + 1;
    for (int part = 0; part < parts; part++) {
        int from = blocks * part / parts, to = blocks * (part + 1) / parts, next = blocks * (part + 2) / parts;
        const uint8_t* weights = matrix.panel(panel) + from * 2 * sizeof(Block);
        int begin = from * Block::GROUPS, count = (to == blocks ? groups : to * Block::GROUPS) - begin;
        size_t own_bytes = (to - from) * 2 * sizeof(Block), next_bytes = (next - to) * 2 * sizeof(Block);
        size_t ahead = tiles == 1 ? AHEAD : own_bytes, bytes = tiles == 1 ? own_bytes : next_bytes;
        Fetch fetch{nullptr, weights + ahead, int(bytes / 64 / (count * tiles)) + 1};
        for (int row = first, i = 1; row < last; row += Group::TILE, i++) {
            int rows = tile_rows<Group>(inputs, row);
            fetch.next = fetch.end;
            fetch.end = weights + ahead + bytes * i / tiles / 64 * 64;
            const Group* tile = place<Group>(inputs, row) + size_t(begin) * rows;
            tile_function<Block, Group>(rows)(weights, tile, count, fetch, totals + (row - first));
        }
    }
    int lanes = matrix.rows - panel * PANEL_ROWS;  // the last panel is padded
    for (int row = first; row < last; row++) {
        float* to = out + size_t(row) * stride + panel * PANEL_ROWS;
        memcpy(to, totals[row - first], sizeof(float) * (lanes < PANEL_ROWS ? lanes : PANEL_ROWS));
    }
}

template <class Block, class Group>
void multiply_format(const Matrix& matrix, const Inputs& inputs, int first, int last, float* out, int stride) {
    size_t row_bytes = sizeof(Group) * (inputs.columns / GROUP);
    int fitting = int(CHUNK_BYTES / row_bytes / Group::TILE) * Group::TILE;
    int chunk = fitting > CHUNK_ROWS ? CHUNK_ROWS : fitting < CHUNK_ROWS / 4 ? CHUNK_ROWS / 4 : fitting;
    for (int row = 0; row < inputs.rows; row += chunk) {
        int end = inputs.rows - row < chunk ? inputs.rows : row + chunk;
        for (int panel = first; panel < last; panel++) {
            multiply_panel<Block, Group>(matrix, panel, inputs, row, end, out, stride);
        }
    }
}

void multiply(const Matrix& matrix, const Inputs& inputs, int first, int last, float* out, int stride) {
    switch (matrix.format) {
        case Format::f32: return multiply_format<BlockF32, Floats>(matrix, inputs, first, last, out, stride);
        case Format::f16: return multiply_format<BlockF16, Floats>(matrix, inputs, first, last, out, stride);
        case Format::bf16: return multiply_format<BlockBf16, Pairs>(matrix, inputs, first, last, out, stride);
        case Format::q8_0: return multiply_format<BlockQ8_0, Integers>(matrix, inputs, first, last, out, stride);
        case Format::q4_0: return multiply_format<BlockQ4_0, Integers>(matrix, inputs, first, last, out, stride);
        case Format::q4_k: return multiply_format<BlockQ4K, Integers>(matrix, inputs, first, last, out, stride);
        case Format::q6_k: return multiply_format<BlockQ6K, Integers>(matrix, inputs, first, last, out, stride);
    }
}

#define FREEHOLD_TEXT(name) #name
#define FREEHOLD_NAME(name) FREEHOLD_TEXT(name)
extern const Products TABLE;
const Products TABLE{FREEHOLD_NAME(FREEHOLD_ISA), prepare, multiply};

}  // namespace freehold::FREEHOLD_ISA
