#include "matmul_tn.h"

#if defined(__x86_64__)
#pragma clang attribute push( \
    __attribute__((target("avx512f,avx512vl,avx512bw,avx512dq,avx512bf16,avx2,fma"))), \
    apply_to = function)
#define VW 16
#define NAME(x) x##_bf16
#define FUSED 1
#include "vector_body.h"
#include "matmul_tn_bf16_body.h"
#undef VW
#undef NAME
#undef FUSED
#pragma clang attribute pop

#define RUN(isa, name, ...) \
  if (ek_bf16_available(isa)) name##_bf16(__VA_ARGS__)
#else
#define RUN(isa, name, ...) (void)(isa), (void)(product)
#endif

void ek_matmul_tn_bf16_f32(ek_isa isa, int64_t m, int64_t n, int64_t k, const float *a,
                           int64_t a_stride, const ek_rows *b, int accumulate, float *c,
                           int64_t c_stride, float *scratch) {
  const ek_row_product product = {m, n, k, a, a_stride, b, c, c_stride, accumulate, scratch};
  RUN(isa, matmul_tn, &product);
}
