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

static int64_t slopes_scratch(ek_isa isa, int64_t width) {
  int64_t count = 0;
  DISPATCH(isa, count = xca_slopes_scratch, width);
  return count;
}

int64_t ek_xca_gradient_scratch_count(ek_isa isa, int64_t width) {
  return 2 * width * width + 3 * ek_packed_count(isa, width, width) + slopes_scratch(isa, width);
}

void ek_xca_gradient_f32(ek_isa isa, int64_t tokens, int64_t width, const float *dy,
                         int64_t dy_stride, const float *q, const float *k, const float *v,
                         int64_t stride, float temperature, float *dq, float *dk, float *dv,
                         int64_t d_stride, float *dtemperature, float *scratch) {
  if (tokens <= 0 || width <= 0) return;
  const int64_t packed_count = ek_packed_count(isa, width, width);
  float *weights = scratch, *matrix = weights + width * width;
  float *for_v = matrix + width * width, *for_q = for_v + packed_count;
  float *for_k = for_q + packed_count, *rest = for_k + packed_count;
  float *q_own, *k_own;
  DISPATCH(isa, *dtemperature = xca_slopes_of, tokens, width, dy, dy_stride, q, k, v, stride,
           temperature, weights, matrix, rest, &q_own, &k_own);
  ek_pack_f32(isa, width, width, weights, width, 1, for_v);
  ek_pack_f32(isa, width, width, matrix, 1, width, for_q);
  ek_pack_f32(isa, width, width, matrix, width, 1, for_k);
  const int64_t panels = ek_ceil_div(width, ek_panel_columns(isa)), block = 64;
  for (int64_t t = 0; t < tokens; t += block) {
    const int64_t count = ek_smaller(block, tokens - t), at = t * stride, to = t * d_stride;
    const ek_left dy_left = {dy + t * dy_stride, dy_stride, 1, 0};
    const ek_left q_left = {q + at, stride, 1, 0}, k_left = {k + at, stride, 1, 0};
    ek_matmul_f32(isa, count, width, width, &dy_left, for_v, 0, panels, dv + to, d_stride, NULL);
    ek_matmul_f32(isa, count, width, width, &k_left, for_q, 0, panels, dq + to, d_stride, NULL);
    ek_matmul_f32(isa, count, width, width, &q_left, for_k, 0, panels, dk + to, d_stride, NULL);
    DISPATCH(isa, add_scaled, count, width, q + at, stride, q_own, dq + to, d_stride);
    DISPATCH(isa, add_scaled, count, width, k + at, stride, k_own, dk + to, d_stride);
  }
}
