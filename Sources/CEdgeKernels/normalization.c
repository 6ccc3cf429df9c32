#include "simd.h"

#define BODY "normalization_body.h"
#include "each_isa.h"

void ek_layer_norm_f32(ek_isa isa, int64_t rows, int64_t columns, const float *x, int64_t x_stride,
                       const float *weight, const float *bias, float epsilon, float *y,
                       int64_t y_stride) {
  DISPATCH(isa, layer_norm, rows, columns, x, x_stride, weight, bias, epsilon, y, y_stride);
}

void ek_mean_rows_f32(ek_isa isa, int64_t rows, int64_t columns, const float *x, int64_t x_stride,
                      float *y) {
  DISPATCH(isa, mean_rows, rows, columns, x, x_stride, y);
}
