#include "matmul_tn.h"

#define BODY "matmul_tn_f32_body.h"
#include "each_isa.h"

/* Enough for every instruction set: AVX-512 has the largest strips, others up to four in the place
 * of one. */
int64_t ek_matmul_tn_scratch_count(int64_t m, int64_t n) {
  const int64_t left = ek_ceil_div(ek_smaller(m, LEFT_COLUMNS), 12);
  const int64_t right = ek_ceil_div(ek_smaller(n, RIGHT_COLUMNS), 32);
  return left * (CHUNK * 16 + 2 * STRIP_GAP) + right * (CHUNK * 32 + 4 * STRIP_GAP);
}

void ek_matmul_tn_f32(ek_isa isa, int64_t m, int64_t n, int64_t k, const float *a,
                      int64_t a_stride, const ek_rows *b, int accumulate, float *c,
                      int64_t c_stride, float *scratch) {
  const ek_row_product product = {m, n, k, a, a_stride, b, c, c_stride, accumulate, scratch};
  DISPATCH(isa, matmul_tn, &product);
}
