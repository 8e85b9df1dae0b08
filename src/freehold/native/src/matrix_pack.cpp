// Packing: rows as they lie in a file become lanes of panels, and back.
#include <sys/mman.h>

#include "matrix.h"
#include "panel_blocks.h"
#include "simd.h"

namespace freehold {
namespace {

using namespace FREEHOLD_ISA;

struct Shape {
    int columns;      // of a block in a file
    size_t bytes;     // of that block
    int groups;       // of a block in a panel
    size_t block_bytes;
};

template <class Block>
constexpr Shape shape(int columns, size_t bytes) {
    return {columns, bytes, Block::GROUPS, sizeof(Block)};
}

Shape shape(Format format) {
    switch (format) {
        case Format::f32: return shape<BlockF32>(32, 128);
        case Format::f16: return shape<BlockF16>(32, 64);
        case Format::bf16: return shape<BlockBf16>(32, 64);
        case Format::q8_0: return shape<BlockQ8_0>(32, 34);
        case Format::q4_0: return shape<BlockQ4_0>(32, 18);
        case Format::q4_k: return shape<BlockQ4K>(256, 144);
        case Format::q6_k: return shape<BlockQ6K>(256, 210);
    }
    return {};
}

bool is_float(Format format) { return form_of(format) != Form::integers; }

// 32 quantised weights: what files and panels both hold, in their own order.
struct Codes {
    uint8_t q[32];      // q8_0: + 128
    uint8_t factors[2];  // q4_k: of scale and of minimum; q6_k: of either 16, signed
    uint16_t scale, minimum;  // f16
};

uint16_t load_u16(const uint8_t* from) { return uint16_t(from[0] | from[1] << 8); }

// ------------------------------------------------------------------------------------------------------ from a file

void nibbles(const uint8_t* from, int shift, int count, uint8_t* q) {
    for (int i = 0; i < count; i++) q[i] = from[i] >> shift & 15;
}

// d, dmin | 12 bytes of factors | 4 x 32 bytes: the low nibbles are one group, the high ones the next
void codes_q4_k(const uint8_t* block, int group, Codes& codes) {
    const uint8_t* six = block + 4;  // bits
    int j = group;
    codes.factors[0] = j < 4 ? six[j] & 63 : (six[j + 4] & 15) | six[j - 4] >> 6 << 4;
    codes.factors[1] = j < 4 ? six[j + 4] & 63 : six[j + 4] >> 4 | six[j] >> 6 << 4;
    codes.scale = load_u16(block);
    codes.minimum = load_u16(block + 2);
    nibbles(block + 16 + group / 2 * 32, group % 2 * 4, 32, codes.q);
}

// 128 bytes of low nibbles | 64 of high pairs | 16 factors | d. Each half of 128 weights has 4 groups: two in the low
// and two in the high nibbles of 64 bytes, all four in the pairs of 32.
void codes_q6_k(const uint8_t* block, int group, Codes& codes) {
    int half = group / 4, part = group % 4;
    const uint8_t* pairs = block + 128 + half * 32;
    nibbles(block + half * 64 + part % 2 * 32, part / 2 * 4, 32, codes.q);
    for (int i = 0; i < 32; i++) codes.q[i] |= (pairs[i] >> 2 * part & 3) << 4;
    memcpy(codes.factors, block + 192 + 2 * group, 2);
    codes.scale = load_u16(block + 208);
}

void codes_from_file(Format format, const uint8_t* row, int group, Codes& codes) {
    Shape in_file = shape(format);
    int groups = in_file.columns / GROUP;
    const uint8_t* block = row + group / groups * in_file.bytes;
    if (format == Format::q4_k) return codes_q4_k(block, group % groups, codes);
    if (format == Format::q6_k) return codes_q6_k(block, group % groups, codes);
    codes.scale = load_u16(block);
    if (format == Format::q8_0) {
        for (int i = 0; i < 32; i++) codes.q[i] = block[2 + i] ^ 0x80;
    } else {
        nibbles(block + 2, 0, 16, codes.q);
        nibbles(block + 2, 4, 16, codes.q + 16);
    }
}

// ------------------------------------------------------------------------------------------------- codes and numbers

void floats_of(Format format, const Codes& codes, float* out) {
    float scale = from_f16(codes.scale), scales[2] = {scale, scale}, minimum = 0;
    int zero = format == Format::q8_0 ? 128 : format == Format::q4_0 ? 8 : 0;
    if (format == Format::q4_k) {
        scales[0] = scales[1] = scale * codes.factors[0];
        minimum = from_f16(codes.minimum) * codes.factors[1];
    } else if (format == Format::q6_k) {
        for (int i = 0; i < 2; i++) scales[i] = scale * int8_t(codes.factors[i]);
        zero = 32;
    }
    for (int i = 0; i < 32; i++) out[i] = scales[i / 16] * float(codes.q[i] - zero) - minimum;
}

// As llama.cpp quantises: q8_0 by the largest magnitude, q4_0 so that the largest becomes -8.
void codes_of(Format format, const float* values, Codes& codes) {
    float most = 0, least = 0;
    for (int i = 0; i < 32; i++) {
        most = values[i] > most ? values[i] : most;
        least = values[i] < least ? values[i] : least;
    }
    float extreme = -least > most ? least : most, magnitude = extreme < 0 ? -extreme : extreme;
    float scale = format == Format::q8_0 ? magnitude / 127 : extreme / -8;
    float inverse = magnitude > 0x1p-100f ? 1 / scale : 0, zero = format == Format::q8_0 ? 128.5f : 8.5f;
    float top = format == Format::q8_0 ? 255.0f : 15.0f;
    codes.scale = to_f16(scale);
    for (int i = 0; i < 32; i++) {
        float q = values[i] * inverse + zero;
        codes.q[i] = uint8_t(int(q < top ? q : top));
    }
}

void floats_from_file(Format format, const uint8_t* row, int group, float* out) {
    const uint8_t* from = row + group * shape(format).bytes;
    uint16_t halves[32];
    if (format == Format::f32) {
        memcpy(out, from, 128);
    } else if (is_float(format)) {
        memcpy(halves, from, 64);
        for (int i = 0; i < 32; i++) out[i] = format == Format::f16 ? from_f16(halves[i]) : from_bf16(halves[i]);
    } else {
        Codes codes;
        codes_from_file(format, row, group, codes);
        floats_of(format, codes, out);
    }
}

// --------------------------------------------------------------------------------------- one lane's group in a panel

struct Place {
    uint8_t* block;
    int group, lane;

    template <class Block>
    Block& as() const {
        return *reinterpret_cast<Block*>(block);
    }
};

Place place(const Matrix& matrix, int row, int group) {
    Shape packed = shape(matrix.format);
    int block = 2 * (group / packed.groups) + row % PANEL_ROWS / LANES;
    return {matrix.panel(row / PANEL_ROWS) + block * packed.block_bytes, group % packed.groups, row % LANES};
}

// Numbers too small for bf16's full precision are 0, as the products take them.
uint16_t normal_bf16(float value) {
    uint16_t half = to_bf16(value);
    return half & 0x7f80 ? half : half & 0x8000;
}

void store_floats(Format format, const Place& at, const float* values) {
    if (format == Format::f32) {
        for (int k = 0; k < 32; k++) at.as<BlockF32>().weights[k][at.lane] = values[k];
        return;
    }
    uint16_t halves[32];
    if (format == Format::f16) {
        for (int k = 0; k < 32; k++) halves[k] = to_f16(values[k]);
        for (int k = 0; k < 32; k++) at.as<BlockF16>().weights[k][at.lane] = halves[k];
    } else {
        for (int k = 0; k < 32; k++) halves[k] = normal_bf16(values[k]);
        for (int k = 0; k < 16; k++) memcpy(at.as<BlockBf16>().weights[k][at.lane], halves + 2 * k, 4);
    }
}

void load_floats(Format format, const Place& at, float* out) {
    for (int k = 0; k < 32; k++) {
        if (format == Format::f32) out[k] = at.as<BlockF32>().weights[k][at.lane];
        if (format == Format::f16) out[k] = from_f16(at.as<BlockF16>().weights[k][at.lane]);
        if (format == Format::bf16) out[k] = from_bf16(at.as<BlockBf16>().weights[k / 2][at.lane][k % 2]);
    }
}

void store_quads(Quad* quads, int count, int lane, const uint8_t* bytes) {
    for (int v = 0; v < count; v++) memcpy(quads[v] + 4 * lane, bytes + 4 * v, 4);
}

void store_nibbles(Quad* quads, int lane, const uint8_t* q) {
    uint8_t both[16];
    for (int i = 0; i < 16; i++) both[i] = uint8_t((q[i] & 15) | q[i + 16] << 4);
    store_quads(quads, 4, lane, both);
}

void load_nibbles(const Quad* quads, int lane, uint8_t* q) {
    for (int i = 0; i < 16; i++) {
        uint8_t both = quads[i / 4][4 * lane + i % 4];
        q[i] = both & 15;
        q[i + 16] = both >> 4;
    }
}

void store_codes(Format format, const Place& at, const Codes& codes) {
    int g = at.group, lane = at.lane;
    if (format == Format::q8_0) {
        auto& block = at.as<BlockQ8_0>();
        store_quads(block.weights[g], 8, lane, codes.q);
        block.scales[g][lane] = codes.scale;
    } else if (format == Format::q4_0) {
        auto& block = at.as<BlockQ4_0>();
        store_nibbles(block.nibbles[g], lane, codes.q);
        block.scales[g][lane] = codes.scale;
    } else if (format == Format::q4_k) {
        auto& block = at.as<BlockQ4K>();
        store_nibbles(block.nibbles[g], lane, codes.q);
        block.scales[g][lane] = codes.factors[0];
        block.minimums[g][lane] = codes.factors[1];
        block.scale[lane] = codes.scale;
        block.minimum[lane] = codes.minimum;
    } else {
        auto& block = at.as<BlockQ6K>();
        store_nibbles(block.nibbles[g], lane, codes.q);
        for (int half = 0; half < 2; half++) {
            uint8_t high[16], pairs[4];
            for (int i = 0; i < 16; i++) high[i] = codes.q[16 * half + i] >> 4;
            for (int k = 0; k < 4; k++) pairs[k] = uint8_t(high[k] | high[k + 4] << 2 | high[k + 8] << 4 | high[k + 12] << 6);
            store_quads(&block.pairs[g][half], 1, lane, pairs);
            block.scales[g][half][lane] = int8_t(codes.factors[half]);
        }
        block.scale[lane] = codes.scale;
    }
}

void load_codes(Format format, const Place& at, Codes& codes) {
    int g = at.group, lane = at.lane;
    if (format == Format::q8_0) {
        auto& block = at.as<BlockQ8_0>();
        for (int v = 0; v < 8; v++) memcpy(codes.q + 4 * v, block.weights[g][v] + 4 * lane, 4);
        codes.scale = block.scales[g][lane];
    } else if (format == Format::q4_0) {
        auto& block = at.as<BlockQ4_0>();
        load_nibbles(block.nibbles[g], lane, codes.q);
        codes.scale = block.scales[g][lane];
    } else if (format == Format::q4_k) {
        auto& block = at.as<BlockQ4K>();
        load_nibbles(block.nibbles[g], lane, codes.q);
        codes.factors[0] = block.scales[g][lane];
        codes.factors[1] = block.minimums[g][lane];
        codes.scale = block.scale[lane];
        codes.minimum = block.minimum[lane];
    } else {
        auto& block = at.as<BlockQ6K>();
        load_nibbles(block.nibbles[g], lane, codes.q);
        for (int i = 0; i < 32; i++) {
            uint8_t pairs = block.pairs[g][i / 16][4 * lane + i % 4];
            codes.q[i] |= (pairs >> i % 16 / 4 * 2 & 3) << 4;
            codes.factors[i / 16] = uint8_t(block.scales[g][i / 16][lane]);
        }
        codes.scale = block.scale[lane];
    }
}

void pack_group(const Matrix& matrix, int row, Format source, const uint8_t* from, int group) {
    Place at = place(matrix, row, group);
    Codes codes;
    float values[32];
    if (source == matrix.format && !is_float(source)) {
        codes_from_file(source, from, group, codes);
        return store_codes(source, at, codes);
    }
    floats_from_file(source, from, group, values);
    if (is_float(matrix.format)) return store_floats(matrix.format, at, values);
    codes_of(matrix.format, values, codes);
    store_codes(matrix.format, at, codes);
}

size_t mapped_bytes(const Matrix& matrix) { return matrix.panel_bytes * matrix.panel_count(); }

}  // namespace

size_t file_bytes(Format format, int64_t rows, int64_t columns) {
    Shape in_file = shape(format);
    if (!in_file.columns || rows <= 0 || columns <= 0 || columns % in_file.columns) return 0;
    return size_t(rows) * (size_t(columns) / in_file.columns) * in_file.bytes;
}

const char* allocate(Matrix& matrix, Format format, int rows, int columns) {
    if (!file_bytes(format, rows, columns)) return "The matrix's format cannot hold so many columns.";
    Shape packed = shape(format);
    int groups = columns / GROUP;
    int blocks = 2 * ((groups + packed.groups - 1) / packed.groups);
    matrix = {format, rows, columns, blocks * packed.block_bytes, nullptr};
    size_t bytes = mapped_bytes(matrix);
    void* panels = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (panels == MAP_FAILED) return "There is not enough memory for the matrix.";
#if defined(MADV_HUGEPAGE)
    madvise(panels, bytes, MADV_HUGEPAGE);
#endif
    matrix.panels = static_cast<uint8_t*>(panels);
    return nullptr;
}

void release(Matrix& matrix) {
    if (matrix.panels) munmap(matrix.panels, mapped_bytes(matrix));
    matrix.panels = nullptr;
}

const char* pack(Matrix& matrix, int first_row, int row_count, Format source, const void* data, size_t bytes) {
    bool own_kind_only = matrix.format == Format::q4_k || matrix.format == Format::q6_k;
    if (own_kind_only && source != matrix.format) return "Nothing else can be turned into q4_k or q6_k.";
    if (first_row < 0 || row_count <= 0 || row_count > matrix.rows - first_row) return "The matrix has no such rows.";
    size_t row_bytes = file_bytes(source, 1, matrix.columns);
    if (!row_bytes || bytes != row_bytes * row_count) return "The data is not as long as its shape and format say.";
    auto* from = static_cast<const uint8_t*>(data);
    for (int row = first_row; row < first_row + row_count; row++, from += row_bytes) {
        for (int group = 0; group < matrix.columns / GROUP; group++) pack_group(matrix, row, source, from, group);
    }
    return nullptr;
}

void read_row(const Matrix& matrix, int row, float* out) {
    for (int group = 0; group < matrix.columns / GROUP; group++, out += GROUP) {
        Place at = place(matrix, row, group);
        Codes codes;
        if (is_float(matrix.format)) {
            load_floats(matrix.format, at, out);
        } else {
            load_codes(matrix.format, at, codes);
            floats_of(matrix.format, codes, out);
        }
    }
}

}  // namespace freehold
