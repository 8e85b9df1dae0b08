// Weight matrices, packed for one sweep through memory, and the products of a few rows with them.
//
// A matrix [rows, columns] is stored as panels of 32 rows, which lie in the lanes of two vectors of 16, so a product
// keeps one output in one lane from the first column to the last: results do not depend on how many rows of activations
// come together, on threads, or on the instruction set.
#pragma once

#include <cstddef>
#include <cstdint>

namespace freehold {

constexpr int PANEL_ROWS = 32;
constexpr int GROUP = 32;  // columns that share a scale; every matrix's columns are a multiple of it

enum class Format : int32_t { f32 = 0, f16 = 1, bf16 = 2, q8_0 = 3, q4_0 = 4, q4_k = 5, q6_k = 6 };

struct Matrix {
    Format format;
    int32_t rows;       // as given; the last panel is padded with zero rows
    int32_t columns;    // a multiple of 32, of 256 for q4_k and q6_k
    size_t panel_bytes;
    uint8_t* panels;    // aligned to 64, owned
    int panel_count() const { return (rows + PANEL_ROWS - 1) / PANEL_ROWS; }
    uint8_t* panel(int index) const { return panels + panel_bytes * index; }
};

// ---------------------------------------------------------------------------------------- packing (matrix_pack.cpp)
// These return null, or what is wrong as a sentence.

// Gives `matrix` zeroed panels, in which every weight is 0.
const char* allocate(Matrix& matrix, Format format, int rows, int columns);
void release(Matrix& matrix);

// Fills `row_count` rows of the matrix from `first_row` on with rows as they lie in a file (f32, f16, bf16: plain rows;
// quantised: GGUF's blocks). Anything becomes f32, f16, bf16, q8_0 or q4_0; q4_k and q6_k come from their own kind only.
// Threads may pack different rows of one matrix at the same time.
const char* pack(Matrix& matrix, int first_row, int row_count, Format source, const void* data, size_t bytes);

// Bytes of `rows` rows in a file, or 0 where the format refuses so many columns.
size_t file_bytes(Format format, int64_t rows, int64_t columns);

// The weights of one row, as the products see them.
void read_row(const Matrix& matrix, int row, float* out);

// -------------------------------------------------------------------------------- products (once per instruction set)

// What the products read. `prepare` turns values into `prepared`, in the form that the matrix's format multiplies:
// every quantised format shares one form (8-bit integers with a scale per 32 columns), f32 and f16 another, bf16 a third.
struct Inputs {
    int32_t rows;
    int32_t columns;
    const float* values;  // [rows, columns]
    uint8_t* prepared;    // prepared_bytes(form, rows, columns), aligned to 64, the caller's
};

enum class Form : int32_t { floats, bf16, integers };

constexpr Form form_of(Format format) {
    return format == Format::f32 || format == Format::f16 ? Form::floats
           : format == Format::bf16                       ? Form::bf16
                                                          : Form::integers;
}

// A group of 32 columns takes 128, 64 or 48 bytes.
constexpr size_t prepared_bytes(Form form, int64_t rows, int64_t columns) {
    return size_t(rows) * (size_t(columns) / GROUP) * (form == Form::floats ? 128 : form == Form::bf16 ? 64 : 48);
}

// One instruction set's products. Inputs are prepared, by any threads, row by row, before anyone multiplies them; the
// place of a row within `prepared` depends on inputs.rows. `multiply` writes out[m * stride + n] for every row m of the
// inputs and every row n of the panels first to last (last excluded), n counted from the matrix's first row.
struct Products {
    const char* name;
    void (*prepare)(Form form, const Inputs& inputs, int first_row, int last_row);
    void (*multiply)(const Matrix& matrix, const Inputs& inputs, int first_panel, int last_panel, float* out, int stride);
};

// The fastest this machine can run, or the one named ("avx512", "avx2", "portable"), or null where it cannot.
const Products* products(const char* name = nullptr);

}  // namespace freehold
