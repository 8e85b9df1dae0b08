// Packing and products against plain double arithmetic, and against themselves bit by bit. Prints what fails, exits 1.
//
// Arguments: none. Every instruction set that the machine runs is tested.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <random>
#include <string>
#include <vector>

#include "matrix.h"

using namespace freehold;

namespace {

const char* NAMES[] = {"f32", "f16", "bf16", "q8_0", "q4_0", "q4_k", "q6_k"};
const Format FORMATS[] = {Format::f32,  Format::f16,  Format::bf16, Format::q8_0,
                          Format::q4_0, Format::q4_k, Format::q6_k};
const char* const ISAS[] = {"avx512", "avx2", "portable"};

int failures = 0;

template <class... Values>
void check(bool good, const char* message, Values... values) {
    if (good) return;
    failures++;
    printf("FAILED: ");
    if constexpr (sizeof...(values) == 0) {
        printf("%s", message);
    } else {
        printf(message, values...);
    }
    printf("\n");
}

// ------------------------------------------------------------------------------- files, and what they mean, in double

double half_float(const uint8_t* at) {
    int bits = at[0] | at[1] << 8, exponent = bits >> 10 & 31, fraction = bits & 1023;
    double magnitude = exponent ? std::ldexp(1024 + fraction, exponent - 25) : std::ldexp(fraction, -24);
    return bits & 0x8000 ? -magnitude : magnitude;
}

double brain_float(const uint8_t* at) {
    uint32_t bits = uint32_t(at[0] | at[1] << 8) << 16;
    float value;
    memcpy(&value, &bits, 4);
    return value;
}

double weight_q4_k(const uint8_t* block, int i) {
    const uint8_t* q = block + 4;
    int j = i / 32, nibble = block[16 + i / 64 * 32 + i % 32] >> (j % 2 * 4) & 15;
    int scale = j < 4 ? q[j] & 63 : (q[j + 4] & 15) | (q[j - 4] >> 6) << 4;
    int minimum = j < 4 ? q[j + 4] & 63 : q[j + 4] >> 4 | (q[j] >> 6) << 4;
    return half_float(block) * scale * nibble - half_float(block + 2) * minimum;
}

double weight_q6_k(const uint8_t* block, int i) {
    int half = i / 128, within = i % 128, l = within % 32, quarter = within / 32;
    int low = block[half * 64 + l + quarter % 2 * 32] >> (quarter / 2 * 4) & 15;
    int high = block[128 + half * 32 + l] >> 2 * quarter & 3;
    return half_float(block + 208) * int8_t(block[192 + i / 16]) * ((low | high << 4) - 32);
}

double weight(Format format, const uint8_t* row, int k) {
    float value;
    switch (format) {
        case Format::f32: return memcpy(&value, row + 4 * k, 4), value;
        case Format::f16: return half_float(row + 2 * k);
        case Format::bf16: return brain_float(row + 2 * k);
        case Format::q8_0: return half_float(row + k / 32 * 34) * int8_t(row[k / 32 * 34 + 2 + k % 32]);
        case Format::q4_0: {
            const uint8_t* block = row + k / 32 * 18;
            return half_float(block) * ((block[2 + k % 16] >> (k % 32 / 16 * 4) & 15) - 8);
        }
        case Format::q4_k: return weight_q4_k(row + k / 256 * 144, k % 256);
        case Format::q6_k: return weight_q6_k(row + k / 256 * 210, k % 256);
    }
    return NAN;
}

// What bytes a file is filled with: any, all zeros, or the largest of everything.
enum class Fill { any, zeros, most };

struct File {
    Format format;
    int rows, columns;
    size_t row_bytes;
    std::vector<uint8_t> bytes;
    std::vector<double> weights;  // what they mean

    File(Format format, int rows, int columns, Fill fill, unsigned seed = 1)
        : format(format), rows(rows), columns(columns), row_bytes(file_bytes(format, 1, columns)) {
        bytes.resize(row_bytes * rows);
        if (fill != Fill::zeros) scatter(fill, seed);
        for (int n = 0; n < rows; n++) {
            for (int k = 0; k < columns; k++) weights.push_back(weight(format, &bytes[row_bytes * n], k));
        }
    }

    double at(int row, int k) const { return weights[size_t(row) * columns + k]; }

private:
    void scatter(Fill fill, unsigned seed) {
        std::mt19937 random(seed);
        for (auto& byte : bytes) byte = fill == Fill::most ? (random() & 1 ? 0x80 : 0x7f) : uint8_t(random());
        // Scales, and plain weights, must be finite.
        auto half = [&](size_t at) {
            int bits = fill == Fill::most ? 0x7bff : 0x1c00 + int(random() % 0x800);
            if (random() & 1) bits |= 0x8000;
            memcpy(&bytes[at], &bits, 2);
        };
        std::uniform_real_distribution<float> small(-1, 1);
        for (size_t at = 0; at < bytes.size();) {
            float value = fill == Fill::most ? std::copysign(1e30f, small(random)) : small(random);
            switch (format) {
                case Format::f32: memcpy(&bytes[at], &value, 4), at += 4; break;
                case Format::bf16: memcpy(&bytes[at], reinterpret_cast<uint8_t*>(&value) + 2, 2), at += 2; break;
                case Format::f16: half(at), at += 2; break;
                case Format::q8_0: half(at), at += 34; break;
                case Format::q4_0: half(at), at += 18; break;
                case Format::q4_k: half(at), half(at + 2), at += 144; break;
                case Format::q6_k: half(at + 208), at += 210; break;
            }
        }
    }
};

struct Packed : Matrix {
    Packed(Format format, const File& file) {
        const char* error = allocate(*this, format, file.rows, file.columns);
        if (!error) error = pack(*this, 0, file.rows, file.format, file.bytes.data(), file.bytes.size());
        check(!error, "%s: %s", NAMES[int(format)], error);
    }
    Packed(const Packed&) = delete;
    ~Packed() { release(*this); }
};

// -------------------------------------------------------------------------------------------------------- activations

// As a form sees them: rounded to bf16, or to a 127th of the largest of 32.
double activation(Form form, const float* row, int k) {
    if (form == Form::floats) return row[k];
    if (form == Form::bf16) {
        uint32_t bits;
        memcpy(&bits, row + k, 4);
        bits = (bits + 0x7fff + (bits >> 16 & 1)) & 0xffff0000u;
        float value;
        memcpy(&value, &bits, 4);
        return std::fabs(value) < 0x1p-126f ? 0 : value;
    }
    const float* group = row + k / 32 * 32;
    float most = 0;
    for (int i = 0; i < 32; i++) most = std::max(most, std::fabs(group[i]));
    return most > 0x1p-100f ? std::nearbyint(row[k] * (127.0f / most)) * (most / 127.0f) : 0;
}

std::vector<float> activations(int rows, int columns, Fill fill) {
    std::vector<float> values(size_t(rows) * columns, 0.0f);
    std::mt19937 random(7);
    std::normal_distribution<float> normal;
    for (size_t i = 0; i < values.size(); i++) {
        if (fill == Fill::any) values[i] = normal(random) * (i % 37 ? 1.0f : 20.0f);
        if (fill == Fill::most) values[i] = random() & 1 ? 1e4f : -1e4f;
    }
    return values;
}

// rows x (matrix rows + 3): the last three of each row must stay as they were.
std::vector<float> multiplied(const Products& isa, const Matrix& matrix, const float* values, int rows, int step) {
    Form form = form_of(matrix.format);
    std::vector<uint8_t> space(prepared_bytes(form, rows, matrix.columns) + 64);
    uint8_t* aligned = space.data() + (64 - reinterpret_cast<uintptr_t>(space.data()) % 64) % 64;
    Inputs inputs{rows, matrix.columns, values, aligned};
    for (int row = rows; row > 0; row -= step) isa.prepare(form, inputs, std::max(0, row - step), row);
    int stride = matrix.rows + 3;
    std::vector<float> out(size_t(rows) * stride, -7.0f);
    for (int panel = 0; panel < matrix.panel_count(); panel += step) {
        isa.multiply(matrix, inputs, panel, std::min(panel + step, matrix.panel_count()), out.data(), stride);
    }
    return out;
}

void check_products(const Products& isa, const File& file, const Matrix& matrix, Fill fill, int rows) {
    const char* name = NAMES[int(matrix.format)];
    Form form = form_of(matrix.format);
    auto values = activations(rows, file.columns, fill);
    auto out = multiplied(isa, matrix, values.data(), rows, 1000);
    int stride = matrix.rows + 3;
    std::vector<double> x(file.columns);
    for (int m = 0; m < rows; m += rows > 40 ? 37 : 1) {
        for (int k = 0; k < file.columns; k++) x[k] = activation(form, &values[size_t(m) * file.columns], k);
        for (int n = 0; n < stride; n++) {
            float got = out[size_t(m) * stride + n];
            if (n >= matrix.rows) {
                check(got == -7.0f, "%s %s: row %d of %d is written beyond its end", isa.name, name, m, rows);
                continue;
            }
            double expected = 0, size = 0;
            for (int k = 0; k < file.columns; k++) {
                double term = file.at(n, k) * x[k];
                expected += term;
                size += std::fabs(term);
            }
            check(std::fabs(got - expected) <= 2e-6 * size, "%s %s %dx%d, input %d of %d, row %d: %g, not %g", isa.name,
                  name, file.rows, file.columns, m, rows, n, got, expected);
        }
    }
}

// ------------------------------------------------------------------------------------------------------------- claims

void a_packed_row_reads_as_the_file_says() {
    for (Format format : FORMATS) {
        for (Fill fill : {Fill::any, Fill::zeros, Fill::most}) {
            File file(format, 35, 768, fill);
            Packed matrix(format, file);
            std::vector<float> row(768);
            for (int n = 0; n < 35; n++) {
                read_row(matrix, n, row.data());
                for (int k = 0; k < 768; k++) {
                    double expected = file.at(n, k), error = std::fabs(row[k] - expected);
                    check(error <= 1e-6 * std::fabs(expected) + (format == Format::q4_k ? 1e-4 * std::fabs(file.at(n, 0)) : 0),
                          "%s: weight %d, %d is %g, not %g", NAMES[int(format)], n, k, row[k], expected);
                }
            }
        }
    }
}

void a_format_turned_into_another_stays_within_its_step() {
    for (Format source : FORMATS) {
        for (Format target : {Format::f32, Format::f16, Format::bf16, Format::q8_0, Format::q4_0}) {
            if (source == target) continue;
            File file(source, 3, 256, Fill::any);
            Packed matrix(target, file);
            std::vector<float> row(256);
            for (int n = 0; n < 3; n++) {
                read_row(matrix, n, row.data());
                for (int k = 0; k < 256; k++) {
                    double expected = file.at(n, k), most = 0;
                    for (int i = k / 32 * 32; i < k / 32 * 32 + 32; i++) most = std::max(most, std::fabs(file.at(n, i)));
                    double step = target == Format::f32    ? 1e-6 * most
                                  : target == Format::f16  ? most / 2048 + 1e-7
                                  : target == Format::bf16 ? most / 256
                                  : target == Format::q8_0 ? most / 127 * 0.6
                                                           : most / 8 * 1.01;  // the far end is cut off
                    check(std::fabs(row[k] - expected) <= step, "%s to %s: %g, not %g", NAMES[int(source)],
                          NAMES[int(target)], row[k], expected);
                }
            }
        }
    }
}

void rows_packed_apart_are_as_packed_together() {
    for (Format format : FORMATS) {
        File file(format, 70, 512, Fill::any);
        Packed together(format, file);
        Matrix apart;
        check(!allocate(apart, format, 70, 512), "allocate");
        for (int row : {69, 0, 33, 1}) {
            int end = row == 69 ? 70 : row == 0 ? 1 : row == 33 ? 69 : 33;
            const char* error = pack(apart, row, end - row, format, &file.bytes[file.row_bytes * row], file.row_bytes * (end - row));
            check(!error, "%s", error);
        }
        check(!memcmp(apart.panels, together.panels, apart.panel_bytes * apart.panel_count()), "%s: rows packed apart",
              NAMES[int(format)]);
        release(apart);
    }
}

void what_does_not_fit_is_refused() {
    Matrix matrix;
    check(allocate(matrix, Format::q8_0, 4, 48), "48 columns of q8_0");
    check(allocate(matrix, Format::q4_k, 4, 288), "288 columns of q4_k");
    check(allocate(matrix, Format(9), 4, 256), "an unknown format");
    check(allocate(matrix, Format::f32, 0, 256), "no rows");
    check(file_bytes(Format::q6_k, 2, 512) == 2 * 2 * 210, "bytes of q6_k");
    check(!allocate(matrix, Format::q4_k, 4, 256), "q4_k");
    std::vector<uint8_t> data(4096);
    check(pack(matrix, 0, 4, Format::f32, data.data(), 4096), "f32 into q4_k");
    check(pack(matrix, 0, 4, Format::q4_k, data.data(), 144 * 4 - 1), "a byte too few");
    check(pack(matrix, 2, 3, Format::q4_k, data.data(), 144 * 3), "rows beyond the last");
    check(pack(matrix, -1, 1, Format::q4_k, data.data(), 144), "rows before the first");
    check(pack(matrix, 3, 0x7fffffff, Format::q4_k, data.data(), 144), "more rows than there are numbers");
    check(!pack(matrix, 3, 1, Format::q4_k, data.data(), 144), "the last row");
    release(matrix);
}

void products_are_those_of_the_dequantised_weights(const Products& isa) {
    for (Format format : FORMATS) {
        for (int columns : {256, 1536}) {
            File file(format, 47, columns, Fill::any);
            Packed matrix(format, file);
            for (int rows : {1, 2, 3, 7, 8, 9, 33, 256}) check_products(isa, file, matrix, Fill::any, rows);
        }
        for (int rows : {1, 16, 31, 33, 64}) {
            File file(format, rows, 512, Fill::any, 3);
            Packed matrix(format, file);
            check_products(isa, file, matrix, Fill::any, 5);
        }
        for (Fill fill : {Fill::zeros, Fill::most}) {
            File file(format, 33, 512, fill);
            Packed matrix(format, file);
            for (Fill inputs : {Fill::any, Fill::zeros, Fill::most}) check_products(isa, file, matrix, inputs, 5);
        }
    }
    for (Format format : {Format::f32, Format::f16, Format::bf16, Format::q8_0, Format::q4_0}) {
        for (int columns : {32, 96, 576, 608}) {  // odd numbers of groups
            File file(format, 40, columns, Fill::any);
            Packed matrix(format, file);
            for (int rows : {1, 6, 19}) check_products(isa, file, matrix, Fill::any, rows);
        }
    }
}

void bits_depend_on_neither_company_nor_instruction_set() {
    const Products* first = products();
    for (Format format : FORMATS) {
        File file(format, 75, 1280, Fill::any, 5);
        Packed matrix(format, file);
        auto values = activations(256, 1280, Fill::any);
        size_t stride = 75 + 3;
        auto whole = multiplied(*first, matrix, values.data(), 256, 1000);
        for (const char* name : ISAS) {
            const Products* isa = products(name);
            if (!isa) continue;
            check(multiplied(*isa, matrix, values.data(), 256, 1) == whole, "%s %s: bits", name, NAMES[int(format)]);
            for (int rows : {1, 2, 3, 5, 8, 9, 33, 130}) {
                auto part = multiplied(*isa, matrix, &values[size_t(11) * 1280], rows, 2);
                check(!memcmp(part.data(), &whole[11 * stride], part.size() * 4), "%s %s: bits of %d rows", name,
                      NAMES[int(format)], rows);
            }
        }
    }
}

}  // namespace

int main() {
    a_packed_row_reads_as_the_file_says();
    a_format_turned_into_another_stays_within_its_step();
    rows_packed_apart_are_as_packed_together();
    what_does_not_fit_is_refused();
    bits_depend_on_neither_company_nor_instruction_set();
    for (const char* name : ISAS) {
        const Products* isa = products(name);
        if (isa) products_are_those_of_the_dequantised_weights(*isa);
        printf("%s: %s\n", name, isa ? "tested" : "not on this machine");
    }
    check(!products("other"), "an unknown instruction set");
    printf("%d failures\n", failures);
    return failures != 0;
}
