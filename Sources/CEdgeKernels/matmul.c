#include "matmul.h"

#define BODY "matmul_f32_body.h"
#include "each_isa.h"

int64_t ek_panel_columns(ek_isa isa) {
  switch (isa) {
#if defined(__x86_64__)
    case EK_AVX512:
      return 32;
    case EK_AVX2:
      return 16;
#endif
    default:
      return 8;
  }
}

int64_t ek_packed_count(ek_isa isa, int64_t k, int64_t n) {
  int64_t columns = ek_panel_columns(isa);
  return ek_ceil_div(n, columns) * columns * k;
}

void ek_pack_f32(ek_isa isa, int64_t k, int64_t n, const float *b, int64_t k_stride,
                 int64_t n_stride, float *packed) {
  DISPATCH(isa, pack, 1, k, n, b, k_stride, n_stride, packed);
}

void ek_matmul_f32(ek_isa isa, int64_t m, int64_t n, int64_t k, const ek_left *left,
                   const float *packed, int64_t first_panel, int64_t end_panel, float *c,
                   int64_t c_stride, const ek_epilogue *epilogue) {
  const ek_product product = ek_float_product(m, n, k, left, packed, c, c_stride, epilogue);
  DISPATCH(isa, matmul, &product, first_panel, end_panel);
}
