// The paged key-value cache: pages of 16 tokens, each holding one block per layer and key-value head.
//
// A block holds keys [key_dim][16 slots], so that 16 keys lie in the lanes of a vector, then values
// [16 slots][value_width], and in int8 a scale per slot for the keys and one for the values.
#pragma once

#include <cstddef>
#include <cstdint>

namespace freehold {

constexpr int PAGE_SLOTS = 16;

enum class CacheFormat : int32_t { f32 = 0, f16 = 1, int8 = 7 };

// The layout of one block, made by block_shape. Plain numbers: files compiled for one instruction set read them too.
struct BlockShape {
    CacheFormat format;
    int key_dim;
    int value_dim;     // 0 in latent attention, where values are
    int latent_dim;    // the first so many dimensions of the keys
    int value_width;   // value_dim rounded up to whole vectors
    int output_width;  // of what attention returns for a query, whole vectors
    int cell;          // bytes of a number
    size_t values_at, scales_at, bytes;
};

// One of value_dim and latent_dim is 0.
BlockShape block_shape(CacheFormat format, int key_dim, int value_dim, int latent_dim);

class Cache {
public:
    Cache() = default;
    // Throws std::bad_alloc. The memory is zero, and the machine gives it as it is first written.
    Cache(BlockShape shape, int layers, int heads, int pages);
    Cache(Cache&& other) noexcept { *this = static_cast<Cache&&>(other); }
    Cache& operator=(Cache&& other) noexcept;
    ~Cache();

    uint8_t* block(int layer, int page, int head) const {
        return memory_ + ((size_t(layer) * pages_ + page) * heads_ + head) * shape_.bytes;
    }
    const BlockShape& shape() const { return shape_; }
    int pages() const { return pages_; }
    size_t bytes() const { return bytes_; }

private:
    BlockShape shape_{};
    int heads_ = 0, pages_ = 0;
    size_t bytes_ = 0;
    uint8_t* memory_ = nullptr;
};

}  // namespace freehold
