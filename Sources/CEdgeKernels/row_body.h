/* What kernels over rows of any length start from. */

#include "activation_body.h"

#ifndef EACH_VECTOR
/* The statement for every vector of a row: in `n` the lanes that count, VW but for the last. */
#define EACH_VECTOR(...)                                 \
  {                                                      \
    int64_t j = 0;                                       \
    for (; j + VW <= columns; j += VW) {                 \
      const int64_t n = VW;                              \
      __VA_ARGS__                                        \
    }                                                    \
    if (j < columns) {                                   \
      const int64_t n = columns - j;                     \
      __VA_ARGS__                                        \
    }                                                    \
  }
#endif

/* The first n lanes, and `rest` in the others. */
INLINE vf NAME(take)(const float *x, int64_t n, vf rest) {
  return n == VW ? vload(x) : vload_part_or(x, n, rest);
}

INLINE void NAME(put)(float *y, vf value, int64_t n) {
  if (n == VW) vstore(y, value);
  else vstore_part(y, value, n);
}

INLINE vf NAME(row_largest)(int64_t columns, const float *x) {
  const vf lowest = (vf)-INFINITY;
  vf most = lowest;
  EACH_VECTOR(most = vmax(NAME(take)(x + j, n, lowest), most);)
  return (vf)vlargest(most);
}
