// The C interface: arguments checked, exceptions turned into codes and texts.
#include "freehold.h"

#include <new>
#include <stdexcept>
#include <string>

#include "decoder.h"

struct FreeholdModel {
    freehold::Decoder decoder;
};

namespace {

using namespace freehold;

thread_local std::string message;

void expect(bool condition, const char* text) {
    if (!condition) throw std::invalid_argument(text);
}

template <class F>
int guarded(F f) {
    try {
        f();
        return FREEHOLD_OK;
    } catch (const std::invalid_argument& error) {
        message = error.what();
        return FREEHOLD_INVALID;
    } catch (const std::bad_alloc&) {
        message = "There is not enough memory";
        return FREEHOLD_NO_MEMORY;
    } catch (const std::exception& error) {
        message = error.what();
        return FREEHOLD_FAILED;
    }
}

Format weight_format(int32_t format) {
    expect(format >= FREEHOLD_F32 && format <= FREEHOLD_Q6_K, "The format of the weight is unknown");
    return Format(format);
}

const Vectors& best_vectors() {
    static const Vectors& best = vectors(products()->name);
    return best;
}

}  // namespace

const char* freehold_message(void) { return message.c_str(); }

int freehold_create(const FreeholdSpec* spec, int32_t threads, const char* instructions, FreeholdModel** model) {
    return guarded([&] {
        expect(spec->struct_bytes == int32_t(sizeof(FreeholdSpec)), "The library is of another version");
        expect(threads >= 1 && threads <= 1024, "The number of threads is not from 1 to 1024");
        const Products* table = products(instructions);
        expect(table, "This machine does not have that instruction set");
        *model = new FreeholdModel{{*spec, threads, *table}};
    });
}

void freehold_free(FreeholdModel* model) { delete model; }

int freehold_set_weight(FreeholdModel* model, const char* name, int32_t format, int32_t rows, int32_t columns,
                        const void* data, int64_t bytes, int32_t target) {
    return guarded([&] {
        expect(bytes >= 0, "A weight has fewer than 0 bytes");
        model->decoder.set_weight(name, weight_format(format), rows, columns, data, size_t(bytes),
                                  weight_format(target));
    });
}

int freehold_set_cache(FreeholdModel* model, int32_t pages, int32_t format) {
    return guarded([&] {
        expect(pages > 0, "The cache has no pages");
        expect(format == FREEHOLD_F32 || format == FREEHOLD_F16 || format == FREEHOLD_INT8,
               "The cache's format is unknown");
        model->decoder.set_cache(pages, CacheFormat(format));
    });
}

int freehold_forward(FreeholdModel* model, const FreeholdBatch* batch, float* logits) {
    return guarded([&] { model->decoder.forward(*batch, logits); });
}

void freehold_counters(const FreeholdModel* model, FreeholdCounters* counters) { model->decoder.count(*counters); }

int freehold_likeliest(const float* logits, int32_t rows, int32_t columns, int32_t count, int32_t* ids, float* values) {
    return guarded([&] {
        expect(rows >= 0 && count >= 1 && count <= columns, "More are asked for than a row has");
        for (int64_t row = 0; row < rows; row++) {
            best_vectors().likeliest(logits + row * columns, columns, count, ids + row * count, values + row * count);
        }
    });
}

int freehold_log_sum_exp(const float* logits, int32_t rows, int32_t columns, float* sums) {
    return guarded([&] {
        expect(rows >= 0 && columns >= 1, "A row has no numbers");
        for (int64_t row = 0; row < rows; row++)
            sums[row] = best_vectors().log_sum_exp(logits + row * columns, columns);
    });
}

int freehold_pace(int32_t most, int32_t count, const double* seconds, const double* stolen, int32_t* threads) {
    return guarded([&] {
        expect(most >= 1 && count >= 0, "There are no threads");
        Pace pace(most);
        for (int i = 0; i < count; i++) {
            pace.observe(seconds[i], stolen[i]);
            threads[i] = pace.threads();
        }
    });
}
