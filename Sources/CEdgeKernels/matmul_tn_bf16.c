#include "matmul_tn.h"

#define BODY "matmul_tn_bf16_body.h"
#include "if_bf16.h"

void ek_matmul_tn_bf16_f32(ek_isa isa, int64_t m, int64_t n, int64_t k, const float *a,
                           int64_t a_stride, const ek_rows *b, int accumulate, float *c,
                           int64_t c_stride, float *scratch) {
  const ek_row_product product = {m, n, k, a, a_stride, b, c, c_stride, accumulate, scratch};
  RUN(isa, matmul_tn, &product);
}
