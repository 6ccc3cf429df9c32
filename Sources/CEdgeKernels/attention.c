#include "simd.h"

#define BODY "attention_body.h"
#include "each_isa.h"

void ek_softmax_f32(ek_isa isa, int64_t rows, int64_t columns, const float *x, int64_t x_stride,
                    float *y, int64_t y_stride) {
  DISPATCH(isa, softmax, rows, columns, x, x_stride, y, y_stride);
}

static int64_t weights_scratch(ek_isa isa, int64_t width) {
  int64_t count = 0;
  DISPATCH(isa, count = xca_weights_scratch, width);
  return count;
}

int64_t ek_xca_scratch_count(ek_isa isa, int64_t width) {
  return width * width + ek_packed_count(isa, width, width) + weights_scratch(isa, width);
}

void ek_xca_f32(ek_isa isa, int64_t tokens, int64_t width, const float *q, const float *k,
                const float *v, int64_t stride, float temperature, float *y, int64_t y_stride,
                float *scratch) {
  if (tokens <= 0 || width <= 0) return;
  float *weights = scratch, *packed = weights + width * width;
  float *rest = packed + ek_packed_count(isa, width, width);
  DISPATCH(isa, xca_weights, tokens, width, q, k, stride, temperature, weights, rest);
  /* y = v S^T */
  ek_pack_f32(isa, width, width, weights, 1, width, packed);
  const ek_left left = {v, stride, 1, 0};
  const int64_t panels = ek_ceil_div(width, ek_panel_columns(isa));
  ek_matmul_f32(isa, tokens, width, width, &left, packed, 0, panels, y, y_stride, NULL);
}
