// Attention of a tile of queries over one split of the keys, and the cache blocks that it reads.
//
// Scores keep 16 keys in the lanes, so no sum runs across them; each number of a query is loaded for several pages and
// each key for several queries. A query's result depends on nothing but its own keys.
#include "lanes.h"

namespace freehold::FREEHOLD_ISA {

namespace {

constexpr float FARTHEST = 65504.0f;  // the largest finite f16
constexpr int PAGES = SPLIT_KEYS / PAGE_SLOTS;

#if defined(__AVX512F__)
constexpr int ABREAST = 4;  // vectors that 4 queries are multiplied with at a time: 16 of 32 registers
#else
constexpr int ABREAST = 1;
#endif

struct F32 {
    using Number = float;
    static constexpr bool scaled = false;
    static Vec16 read(const float* from) { return load(from); }
    static void write(float* to, Vec16 a) { store(to, a); }
};

struct F16 {
    using Number = uint16_t;
    static constexpr bool scaled = false;
    static Vec16 read(const uint16_t* from) { return load_f16(from); }
    static void write(uint16_t* to, Vec16 a) { store_f16(to, a); }
};

struct Int8 {
    using Number = int8_t;
    static constexpr bool scaled = true;
    static Vec16 read(const int8_t* from) { return load_i8(from); }
    static void write(int8_t* to, Vec16 a) { store_i8(to, round(a)); }
};

template <class Cell>
const typename Cell::Number* keys_of(const uint8_t* block) {
    return reinterpret_cast<const typename Cell::Number*>(block);
}

template <class Cell>
const typename Cell::Number* values_of(const BlockShape& shape, const uint8_t* block) {
    return reinterpret_cast<const typename Cell::Number*>(block + shape.values_at);
}

// [16] of the keys, then, where they are stored, [16] of the values.
const float* scales_of(const BlockShape& shape, const uint8_t* block) {
    return reinterpret_cast<const float*>(block + shape.scales_at);
}

// ------------------------------------------------------------------------------------------------- writing the cache

inline Vec16 bounded(Vec16 a) { return min(max(a, broadcast(-FARTHEST)), broadcast(FARTHEST)); }

// Writes x in cells `stride` apart and returns the scale that they are to be multiplied with.
template <class Cell>
float write_cells(typename Cell::Number* to, int stride, const float* x, int count) {
    float scale = 1;
    if constexpr (Cell::scaled) {
        Vec16 peaks = zeros();
        for (int i = 0; i < count; i += 16) peaks = max(peaks, abs(bounded(load_part(x + i, count - i))));
        scale = largest(peaks) / 127;
    }
    Vec16 factor = broadcast(scale > 1e-30f ? 1 / scale : 0);
    for (int i = 0; i < count; i += 16) {
        typename Cell::Number lanes[16];
        Cell::write(lanes, bounded(load_part(x + i, count - i)) * factor);
        for (int lane = 0; lane < 16 && i + lane < count; lane++) to[(i + lane) * stride] = lanes[lane];
    }
    return scale;
}

template <class Cell>
void remember_as(const BlockShape& shape, uint8_t* block, int slot, const float* key, const float* value) {
    auto* keys = const_cast<typename Cell::Number*>(keys_of<Cell>(block));
    auto* values = const_cast<typename Cell::Number*>(values_of<Cell>(shape, block));
    auto* scales = const_cast<float*>(scales_of(shape, block));
    float key_scale = write_cells<Cell>(keys + slot, PAGE_SLOTS, key, shape.key_dim);
    float value_scale = 1;
    if (shape.value_dim) value_scale = write_cells<Cell>(values + slot * shape.value_width, 1, value, shape.value_dim);
    if (!Cell::scaled) return;
    scales[slot] = key_scale;
    if (shape.value_dim) scales[PAGE_SLOTS + slot] = value_scale;
}

// ----------------------------------------------------------------------------------------------------------- scores

// Calls f with integral constants 1 to 4 in place of `rows`.
template <int N>
struct Constant {
    static constexpr int value = N;
};
template <class F>
inline void by_rows(int rows, F f) {
    switch (rows) {
        case 1: return f(Constant<1>());
        case 2: return f(Constant<2>());
        case 3: return f(Constant<3>());
        default: return f(Constant<4>());
    }
}

template <class Cell, int ROWS>
void score(const Tile& tile, int first_row, int first_page, int last_page) {
    const float* const* queries = tile.queries + first_row;
    for (int page = first_page; page < last_page; page += ABREAST) {
        const typename Cell::Number* keys[ABREAST];
        for (int p = 0; p < ABREAST; p++) {  // what is beyond the last page is computed and dropped
            keys[p] = keys_of<Cell>(tile.blocks[page + p < last_page ? page + p : page]);
        }
        Vec16 sums[ROWS][ABREAST];
        for (int r = 0; r < ROWS; r++) {
            for (int p = 0; p < ABREAST; p++) sums[r][p] = zeros();
        }
        for (int d = 0; d < tile.shape.key_dim; d++) {
            Vec16 query[ROWS];
            for (int r = 0; r < ROWS; r++) query[r] = broadcast(queries[r][d]);
            for (int p = 0; p < ABREAST; p++) {
                Vec16 key = Cell::read(keys[p] + d * PAGE_SLOTS);
                for (int r = 0; r < ROWS; r++) sums[r][p] = fma(query[r], key, sums[r][p]);
            }
        }
        for (int p = 0; p < ABREAST && page + p < last_page; p++) {
            for (int r = 0; r < ROWS; r++) {
                Vec16 s = sums[r][p];
                if constexpr (Cell::scaled) s = s * load(scales_of(tile.shape, tile.blocks[page + p]));
                store(tile.scores + (first_row + r) * SPLIT_KEYS + (page + p) * PAGE_SLOTS, s);
            }
        }
    }
}

void fill(float* scores, int first, int last, float value) {
    for (int key = first; key < last; key++) scores[key] = value;
}

// Turns a row's scores into weights, 0 for keys that it does not see.
void weights_of(const Tile& tile, int row, int first, int last) {
    float* scores = tile.scores + row * SPLIT_KEYS;
    int begin = tile.first[row], end = tile.last[row];
    Partial& partial = tile.partials[row];
    partial.peak = -__builtin_inff();
    partial.total = 0;
    if (end <= begin) return fill(scores, first, last, 0);
    int count = end - begin;
    float* seen = scores + begin;
    if (tile.softcap > 0) {
        map(seen, count, [&](Vec16 a) { return soften(a, tile.softcap); }, seen);
    }
    partial.peak = most(seen, count);
    partial.total = exponentials(seen, partial.peak, count);
    fill(scores, first, begin, 0);
    fill(scores, end, last, 0);
}

// ----------------------------------------------------------------------------------------------------------- values

// Sums of stored values, weighted, for 16 * WIDTH dimensions from `dim` on.
template <class Cell, int ROWS, int WIDTH>
void weigh(const Tile& tile, int first_row, int dim) {
    const float* weights = tile.scores + first_row * SPLIT_KEYS;
    Vec16 sums[ROWS][WIDTH];
    for (int r = 0; r < ROWS; r++) {
        for (int w = 0; w < WIDTH; w++) sums[r][w] = zeros();
    }
    for (int key = tile.first_key; key < tile.last_key; key++) {
        const auto* values = values_of<Cell>(tile.shape, tile.blocks[key / PAGE_SLOTS]) + dim;
        values += key % PAGE_SLOTS * tile.shape.value_width;
        Vec16 weight[ROWS];
        for (int r = 0; r < ROWS; r++) weight[r] = broadcast(weights[r * SPLIT_KEYS + key]);
        for (int w = 0; w < WIDTH; w++) {
            Vec16 value = Cell::read(values + 16 * w);
            for (int r = 0; r < ROWS; r++) sums[r][w] = fma(weight[r], value, sums[r][w]);
        }
    }
    for (int r = 0; r < ROWS; r++) {
        for (int w = 0; w < WIDTH; w++) store(tile.partials[first_row + r].values + dim + 16 * w, sums[r][w]);
    }
}

// The same where values are the first dimensions of the keys: 16 keys in the lanes, summed across at the end.
template <class Cell, int ROWS, int DIMS>
void weigh_keys(const Tile& tile, int first_row, int dim) {
    const float* weights = tile.scores + first_row * SPLIT_KEYS;
    Vec16 sums[ROWS][DIMS];
    for (int r = 0; r < ROWS; r++) {
        for (int d = 0; d < DIMS; d++) sums[r][d] = zeros();
    }
    for (int page = tile.first_key / PAGE_SLOTS; page * PAGE_SLOTS < tile.last_key; page++) {
        const auto* keys = keys_of<Cell>(tile.blocks[page]) + dim * PAGE_SLOTS;
        Vec16 weight[ROWS];
        for (int r = 0; r < ROWS; r++) weight[r] = load(weights + r * SPLIT_KEYS + page * PAGE_SLOTS);
        for (int d = 0; d < DIMS; d++) {
            Vec16 key = Cell::read(keys + d * PAGE_SLOTS);
            for (int r = 0; r < ROWS; r++) sums[r][d] = fma(weight[r], key, sums[r][d]);
        }
    }
    for (int r = 0; r < ROWS; r++) {
        for (int d = 0; d < DIMS; d++) tile.partials[first_row + r].values[dim + d] = sum(sums[r][d]);
    }
}

// Quantised values: their scales join the weights.
void scale_weights(const Tile& tile, int row, int first, int last) {
    for (int key = first; key < last; key += PAGE_SLOTS) {
        float* weights = tile.scores + row * SPLIT_KEYS + key;
        const float* scales = scales_of(tile.shape, tile.blocks[key / PAGE_SLOTS]);
        store(weights, load(weights) * load(tile.shape.value_dim ? scales + PAGE_SLOTS : scales));
    }
}

template <class Cell, int ROWS>
void attend_rows(const Tile& tile, int first_row) {
    int first = tile.first_key / PAGE_SLOTS * PAGE_SLOTS,
        last = (tile.last_key + PAGE_SLOTS - 1) / PAGE_SLOTS * PAGE_SLOTS;
    score<Cell, ROWS>(tile, first_row, first / PAGE_SLOTS, last / PAGE_SLOTS);
    for (int row = first_row; row < first_row + ROWS; row++) {
        weights_of(tile, row, first, last);
        if constexpr (Cell::scaled) scale_weights(tile, row, first, last);
    }
    int dim = 0, width = tile.shape.value_width, latent = tile.shape.value_dim ? 0 : tile.shape.latent_dim;
    for (; dim + 16 * ABREAST <= width; dim += 16 * ABREAST) weigh<Cell, ROWS, ABREAST>(tile, first_row, dim);
    for (; dim < width; dim += 16) weigh<Cell, ROWS, 1>(tile, first_row, dim);
    for (; dim + ABREAST <= latent; dim += ABREAST) weigh_keys<Cell, ROWS, ABREAST>(tile, first_row, dim);
    for (; dim < latent; dim++) weigh_keys<Cell, ROWS, 1>(tile, first_row, dim);
}

template <class Cell>
void attend_as(const Tile& tile) {
    for (int row = 0; row < tile.rows; row += 4) {
        by_rows(tile.rows - row, [&](auto rows) { attend_rows<Cell, decltype(rows)::value>(tile, row); });
    }
}

}  // namespace

void remember(const BlockShape& shape, uint8_t* block, int slot, const float* key, const float* value) {
    switch (shape.format) {
        case CacheFormat::f32: return remember_as<F32>(shape, block, slot, key, value);
        case CacheFormat::f16: return remember_as<F16>(shape, block, slot, key, value);
        case CacheFormat::int8: return remember_as<Int8>(shape, block, slot, key, value);
    }
}

void attend(const Tile& tile) {
    switch (tile.shape.format) {
        case CacheFormat::f32: return attend_as<F32>(tile);
        case CacheFormat::f16: return attend_as<F16>(tile);
        case CacheFormat::int8: return attend_as<Int8>(tile);
    }
}

void join(Partial& into, const Partial& next, int width) {
    if (next.total == 0) return;
    if (into.total == 0) {
        into.peak = next.peak;
        into.total = next.total;
        return map(into.values, width, [](Vec16 a) { return a; }, next.values);
    }
    float peak = into.peak > next.peak ? into.peak : next.peak;
    float old_share = exp(into.peak - peak), new_share = exp(next.peak - peak);
    into.peak = peak;
    into.total = into.total * old_share + next.total * new_share;
    map(
        into.values, width, [&](Vec16 a, Vec16 b) { return fma(a, broadcast(old_share), b * broadcast(new_share)); },
        into.values, next.values);
}

}  // namespace freehold::FREEHOLD_ISA
