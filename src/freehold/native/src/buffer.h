// Memory of a step: aligned to cache lines, zero when made.
#pragma once

#include <cstddef>
#include <cstring>
#include <new>

#include "matrix.h"

namespace freehold {

template <class T>
class Buffer {
public:
    Buffer() = default;
    Buffer(const Buffer&) = delete;
    Buffer& operator=(const Buffer&) = delete;
    ~Buffer() { free(); }

    // Forgets what was there. Throws std::bad_alloc, and is then empty.
    void resize(size_t count) {
        free();
        if (!count) return;
        data_ = static_cast<T*>(operator new(count * sizeof(T), ALIGNMENT));
        count_ = count;
        memset(static_cast<void*>(data_), 0, bytes());
    }
    T* data() const { return data_; }
    T& operator[](size_t index) const { return data_[index]; }
    size_t bytes() const { return count_ * sizeof(T); }

private:
    static constexpr std::align_val_t ALIGNMENT{64};

    void free() {
        operator delete(data_, ALIGNMENT);
        data_ = nullptr;
        count_ = 0;
    }

    T* data_ = nullptr;
    size_t count_ = 0;
};

// Rows that matrices are multiplied with, and what `prepare` makes of them. Consecutive rows can be inputs of their
// own.
class Activations {
public:
    // `columns` are rounded up to whole groups, which stay zero. `forms`: a bit for each form that is prepared.
    void resize(size_t rows, int columns, unsigned forms) {
        columns_ = (columns + GROUP - 1) / GROUP * GROUP;
        values_.resize(rows * columns_);
        for (int form = 0; form < FORMS; form++)
            prepared_[form].resize(forms >> form & 1 ? rows * space(Form(form)) : 0);
    }
    int columns() const { return columns_; }
    float* row(size_t index) const { return values_.data() + index * columns_; }
    Inputs inputs(Form form, size_t first, int count) const {
        return {count, columns_, row(first), prepared_[int(form)].data() + first * space(form)};
    }
    size_t bytes() const {
        size_t total = values_.bytes();
        for (const auto& form : prepared_) total += form.bytes();
        return total;
    }

private:
    static constexpr int FORMS = 3;

    size_t space(Form form) const { return (prepared_bytes(form, 1, columns_) + 63) / 64 * 64; }

    int columns_ = 0;
    Buffer<float> values_;
    Buffer<uint8_t> prepared_[FORMS];
};

}  // namespace freehold
