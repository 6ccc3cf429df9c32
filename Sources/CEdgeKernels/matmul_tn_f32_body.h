/* float32 times float32. */
#define DEPTH 1
#define PACKS_LEFT 0

INLINE vf NAME(pack_lanes)(const int paired, const float *row, const float *next, int64_t n) {
  (void)paired, (void)next;
  return n == VW ? vload(row) : vload_part(row, n);
}
INLINE vf NAME(multiply_add)(vf left, vf right, vf sum) { return vfma(left, right, sum); }

#include "matmul_tn_body.h"
