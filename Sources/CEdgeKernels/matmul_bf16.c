#include "matmul.h"

#if defined(__x86_64__)
/* Two neighbours of a row of A, or of a column of B; the first is in the low half. */
typedef uint32_t ek_pair __attribute__((aligned(2), may_alias));

/* The nearest bfloat16, the even one of two, and zero for denormals, as the processor rounds. */
static inline uint16_t ek_bfloat16(float x) {
  uint32_t bits;
  memcpy(&bits, &x, sizeof bits);
  if ((bits & 0x7fffffff) > 0x7f800000) return (uint16_t)(bits >> 16 | 0x40);
  if ((bits & 0x7f800000) == 0) return (uint16_t)(bits >> 16 & 0x8000);
  return (uint16_t)((bits + 0x7fff + (bits >> 16 & 1)) >> 16);
}
#endif

#define BODY "matmul_bf16_body.h"
#include "if_bf16.h"

void ek_round_bf16(ek_isa isa, int64_t rows, int64_t columns, const float *x, int64_t x_stride,
                   uint16_t *y, int64_t y_stride) {
  if (x_stride == columns && y_stride == columns) {
    columns *= rows;
    rows = 1;
  }
  RUN(isa, round_rows, rows, columns, x, x_stride, y, y_stride);
}

void ek_pack_bf16(ek_isa isa, int64_t segments, int64_t k, int64_t n, const float *b,
                  int64_t k_stride, int64_t n_stride, uint16_t *packed) {
  RUN(isa, pack, segments, k, n, b, k_stride, n_stride, packed);
}

static void multiply(ek_isa isa, const ek_product *product, int64_t first_panel,
                     int64_t end_panel) {
  RUN(isa, matmul, product, first_panel, end_panel);
}

/* The product in pairs. */
static inline ek_product in_pairs(int64_t m, int64_t n, int64_t k, const ek_left_bf16 *left,
                                  const uint16_t *packed, void *c, int64_t c_stride,
                                  const ek_epilogue *epilogue) {
  ek_product product = {.m = m, .n = n, .k = ek_ceil_div(k, 2)};
  product.a = left->a;
  product.row_stride = left->row_stride / 2;
  product.segments = left->segments;
  product.segment_stride = left->segment_stride / 2;
  product.packed = packed;
  product.c = c;
  product.c_stride = c_stride;
  product.epilogue = epilogue ? epilogue : &ek_no_epilogue;
  return product;
}

void ek_matmul_bf16_f32(ek_isa isa, int64_t m, int64_t n, int64_t k, const ek_left_bf16 *left,
                        const uint16_t *packed, int64_t first_panel, int64_t end_panel, float *c,
                        int64_t c_stride, const ek_epilogue *epilogue) {
  const ek_product product = in_pairs(m, n, k, left, packed, c, c_stride, epilogue);
  multiply(isa, &product, first_panel, end_panel);
}

void ek_matmul_bf16_bf16(ek_isa isa, int64_t m, int64_t n, int64_t k, const ek_left_bf16 *left,
                         const uint16_t *packed, int64_t first_panel, int64_t end_panel,
                         uint16_t *c, int64_t c_stride, const ek_epilogue *epilogue) {
  ek_product product = in_pairs(m, n, k, left, packed, c, c_stride, epilogue);
  product.rounds_output = 1;
  multiply(isa, &product, first_panel, end_panel);
}
