#include "attention.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace freehold {

namespace {

constexpr int HEADER = 16;  // floats before a stored partial's values, of which two are used

template <class T>
void grow(Buffer<T>& buffer, size_t count) {
    if (buffer.bytes() < count * sizeof(T)) buffer.resize(count);
}

}  // namespace

void Attention::plan(const FreeholdBatch& batch, int threads, int key_dim, int output_width) {
    batch_ = batch;
    key_dim_ = key_dim;
    output_width_ = output_width;
    tokens_.clear();
    sequences_.clear();
    tiles_.clear();
    tasks_.clear();
    wanted_.assign(batch.tokens_count, 0);
    for (int i = 0; i < batch.logit_rows_count; i++) {
        char& wanted = wanted_[batch.logit_rows[i]];
        if (wanted) throw std::invalid_argument("A logit row is asked for twice");
        wanted = 1;
    }
    for (int i = 0; i < batch.sequences; i++) plan_tiles(i);
    int64_t work = 0, partials = 0;
    auto work_of = [&](const PartTile& tile) { return int64_t(tile.rows) * sequences_[tile.sequence].context; };
    for (const PartTile& tile : tiles_) work += work_of(tile);
    for (int i = 0; i < int(tiles_.size()); i++) {
        PartTile& tile = tiles_[i];
        bool shared = threads > 1 && tile.splits > 1 && work_of(tile) * 4 * threads > work;
        if (!shared) {
            tasks_.push_back({i, 0, tile.splits});
            continue;
        }
        tile.partials = partials;
        partials += int64_t(tile.splits) * tile.rows;
        for (int split = 0; split < tile.splits; split++) tasks_.push_back({i, split, split + 1});
    }
    grow(results_, size_t(batch.tokens_count) * kv_heads_ * group_ * output_width_);
    grow(partials_, size_t(partials) * (HEADER + output_width_));
    grow(scratch_, size_t(threads) * TILE_ROWS * (SPLIT_KEYS + output_width_));
}

void Attention::plan_tiles(int index) {
    int first = batch_.starts[index], count = batch_.starts[index + 1] - first, context = batch_.contexts[index];
    int rows = count * group_, tiles = (rows + TILE_ROWS - 1) / TILE_ROWS;
    sequences_.push_back({first, count, context, int(tiles_.size()), tiles});
    for (int i = 0; i < count; i++) tokens_.push_back({index, context - count + i});
    for (int kv_head = 0; kv_head < kv_heads_; kv_head++) {
        for (int row = 0; row < rows; row += TILE_ROWS) {
            PartTile tile{index, kv_head, row, std::min(TILE_ROWS, rows - row), 0, -1, false};
            int first_token = first + row / group_, last_token = first + (row + tile.rows - 1) / group_;
            tile.splits = tokens_[last_token].position / SPLIT_KEYS + 1;
            for (int token = first_token; token <= last_token; token++) tile.wanted |= bool(wanted_[token]);
            tiles_.push_back(tile);
        }
    }
}

Partial Attention::partial(int64_t index) const {
    float* at = partials_.data() + index * (HEADER + output_width_);
    return {at[0], at[1], at + HEADER};
}

void Attention::store(int64_t index, const Partial& partial) const {
    float* at = partials_.data() + index * (HEADER + output_width_);
    at[0] = partial.peak;
    at[1] = partial.total;
}

void Attention::run(int index, int thread, const AttentionLayer& layer) {
    const Task& task = tasks_[index];
    const PartTile& tile = tiles_[task.tile];
    float* scores = scratch_.data() + size_t(thread) * TILE_ROWS * (SPLIT_KEYS + output_width_);
    Partial partials[TILE_ROWS], joined[TILE_ROWS];
    if (tile.partials >= 0) {
        int64_t first = tile.partials + int64_t(task.first_split) * tile.rows;
        for (int row = 0; row < tile.rows; row++) partials[row] = partial(first + row);
        attend_split(tile, task.first_split, layer, partials, scores);
        for (int row = 0; row < tile.rows; row++) store(first + row, partials[row]);
        return;
    }
    for (int row = 0; row < tile.rows; row++) {
        int flat = tile.first_row + row, token = sequences_[tile.sequence].first_token + flat / group_;
        joined[row] = {-INFINITY, 0, result(token, tile.kv_head * group_ + flat % group_)};
        partials[row].values = scores + TILE_ROWS * SPLIT_KEYS + row * output_width_;
    }
    for (int split = task.first_split; split < task.last_split; split++) {
        if (!attend_split(tile, split, layer, partials, scores)) continue;
        for (int row = 0; row < tile.rows; row++) vectors_.join(joined[row], partials[row], output_width_);
    }
    for (int row = 0; row < tile.rows; row++) vectors_.scale(joined[row].values, 1 / joined[row].total, output_width_);
}

// False, with totals of 0, where no query of the tile sees a key of the split.
bool Attention::attend_split(const PartTile& part, int split, const AttentionLayer& layer, Partial* partials,
                             float* scores) {
    const Sequence& sequence = sequences_[part.sequence];
    Tile tile;
    tile.shape = layer.cache->shape();
    tile.softcap = layer.softcap;
    tile.rows = part.rows;
    tile.scores = scores;
    tile.partials = partials;
    tile.first_key = SPLIT_KEYS;
    tile.last_key = 0;
    int begin = split * SPLIT_KEYS;
    for (int row = 0; row < part.rows; row++) {
        int flat = part.first_row + row, token = sequence.first_token + flat / group_;
        int seen = position(token) + 1;
        int first = layer.window ? std::max(seen - layer.window - begin, 0) : 0;
        int last = std::min(seen - begin, SPLIT_KEYS);
        tile.first[row] = first;
        tile.last[row] = last;
        tile.queries[row] =
            layer.queries + token * layer.query_stride + size_t(part.kv_head * group_ + flat % group_) * key_dim_;
        partials[row].total = 0;
        if (first >= last) continue;
        tile.first_key = std::min(tile.first_key, first);
        tile.last_key = std::max(tile.last_key, last);
    }
    if (tile.first_key >= tile.last_key) return false;
    const int32_t* pages = pages_of(part.sequence) + begin / PAGE_SLOTS;
    for (int page = tile.first_key / PAGE_SLOTS; page * PAGE_SLOTS < tile.last_key; page++) {
        tile.blocks[page] = layer.cache->block(layer.layer, pages[page], part.kv_head);
    }
    vectors_.attend(tile);
    return true;
}

float* Attention::collect(int token) {
    const Sequence& sequence = sequences_[tokens_[token].sequence];
    for (int head = 0; head < kv_heads_ * group_; head++) {
        int flat = (token - sequence.first_token) * group_ + head % group_;
        const PartTile& tile = tiles_[sequence.first_tile + head / group_ * sequence.tiles + flat / TILE_ROWS];
        if (tile.partials < 0) continue;
        Partial joined{-INFINITY, 0, result(token, head)};
        for (int split = 0; split < tile.splits; split++) {
            int64_t index = tile.partials + int64_t(split) * tile.rows + flat % TILE_ROWS;
            vectors_.join(joined, partial(index), output_width_);
        }
        vectors_.scale(joined.values, 1 / joined.total, output_width_);
    }
    return result(token, 0);
}

}  // namespace freehold
