// Which instruction set this machine runs.
#include <cstring>

#include "matrix.h"

namespace freehold {

#if defined(__x86_64__)
namespace avx512 {
extern const Products TABLE;
}
namespace avx2 {
extern const Products TABLE;
}
#endif
namespace portable {
extern const Products TABLE;
}

const Products* products(const char* name) {
    auto wanted = [&](const Products& table) { return !name || !strcmp(name, table.name); };
#if defined(__x86_64__)
    __builtin_cpu_init();
    bool avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("f16c");
    bool avx512 = avx2 && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") &&
                  __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vnni") &&
                  __builtin_cpu_supports("avx512bf16");
    if (avx512 && wanted(avx512::TABLE)) return &avx512::TABLE;
    if (avx2 && wanted(avx2::TABLE)) return &avx2::TABLE;
#endif
    return wanted(portable::TABLE) ? &portable::TABLE : nullptr;
}

}  // namespace freehold
