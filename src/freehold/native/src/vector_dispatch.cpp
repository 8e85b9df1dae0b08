#include <cstring>

#include "vector.h"

namespace freehold {

#if defined(__x86_64__)
namespace avx512 {
extern const Vectors VECTORS;
}
namespace avx2 {
extern const Vectors VECTORS;
}
#endif
namespace portable {
extern const Vectors VECTORS;
}

const Vectors& vectors([[maybe_unused]] const char* name) {
#if defined(__x86_64__)
    if (!strcmp(name, "avx512")) return avx512::VECTORS;
    if (!strcmp(name, "avx2")) return avx2::VECTORS;
#endif
    return portable::VECTORS;
}

}  // namespace freehold
