/* float32 times float32. */
#define LEFT float
#define RIGHT float
#define DEPTH 1
#define ROUNDS_OUTPUT(p) 0

typedef vf NAME(vright);
INLINE vf NAME(load_right)(const float *b) { return vload(b); }
INLINE vf NAME(broadcast_left)(const float *a) { return (vf)*a; }
INLINE vf NAME(multiply_add)(vf left, vf right, vf sum) { return vfma(left, right, sum); }
INLINE float NAME(packed_of)(float first, float second) {
  (void)second;
  return first;
}

INLINE void NAME(store_result)(const ek_product *p, int64_t row, int64_t column, vf value,
                               int64_t count) {
  vstore_part((float *)p->c + row * p->c_stride + column, value, count);
}

#include "matmul_body.h"
