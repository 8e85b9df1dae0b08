#include "cache.h"

#include <sys/mman.h>

#include <new>
#include <utility>

namespace freehold {

BlockShape block_shape(CacheFormat format, int key_dim, int value_dim, int latent_dim) {
    auto whole = [](size_t count, size_t unit) { return (count + unit - 1) / unit * unit; };
    BlockShape shape{format, key_dim, value_dim, latent_dim, 0, 0, 0, 0, 0, 0};
    shape.value_width = int(whole(shape.value_dim, 16));
    shape.output_width = int(whole(value_dim + latent_dim, 16));
    shape.cell = format == CacheFormat::f32 ? 4 : format == CacheFormat::f16 ? 2 : 1;
    shape.values_at = size_t(shape.cell) * key_dim * PAGE_SLOTS;
    shape.scales_at = shape.values_at + size_t(shape.cell) * shape.value_width * PAGE_SLOTS;
    size_t scales = format == CacheFormat::int8 ? (latent_dim ? 1 : 2) * PAGE_SLOTS * sizeof(float) : 0;
    shape.bytes = whole(shape.scales_at + scales, 64);
    return shape;
}

Cache::Cache(BlockShape shape, int layers, int heads, int pages)
    : shape_(shape), heads_(heads), pages_(pages), bytes_(shape.bytes * layers * heads * pages) {
    if (double(shape.bytes) * layers * heads * pages > 1e18) throw std::bad_alloc();
    void* memory = mmap(nullptr, bytes_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) throw std::bad_alloc();
    memory_ = static_cast<uint8_t*>(memory);
}

Cache& Cache::operator=(Cache&& other) noexcept {
    std::swap(shape_, other.shape_);
    std::swap(heads_, other.heads_);
    std::swap(pages_, other.pages_);
    std::swap(bytes_, other.bytes_);
    std::swap(memory_, other.memory_);
    return *this;
}

Cache::~Cache() {
    if (memory_) munmap(memory_, bytes_);
}

}  // namespace freehold
