#include "simd.h"

#define BODY "batch_norm_body.h"
#include "each_isa.h"

void ek_moments_f32(ek_isa isa, int64_t rows, int64_t columns, const float *x, int64_t x_stride,
                    float *mean, float *variance) {
  DISPATCH(isa, moments, rows, columns, x, x_stride, mean, variance);
}

void ek_merge_moments_f32(ek_isa isa, int64_t columns, float share, const float *other_mean,
                          const float *other_variance, float *mean, float *variance) {
  DISPATCH(isa, merge_moments, columns, share, other_mean, other_variance, mean, variance);
}

void ek_batch_norm_scale_f32(int64_t columns, const float *mean, const float *variance,
                             const float *weight, const float *bias, float epsilon, float *scale,
                             float *shift) {
  for (int64_t j = 0; j < columns; j++) {
    scale[j] = weight[j] / sqrtf(variance[j] + epsilon);
    shift[j] = bias[j] - mean[j] * scale[j];
  }
}

void ek_batch_norm_sums_f32(ek_isa isa, int64_t rows, int64_t columns, const float *dy,
                            int64_t dy_stride, const float *x, int64_t x_stride,
                            const float *mean, float *dweight, float *dbias) {
  DISPATCH(isa, batch_norm_sums, rows, columns, dy, dy_stride, x, x_stride, mean, dweight, dbias);
}

void ek_batch_norm_factors_f32(int64_t rows, int64_t columns, const float *variance,
                               const float *weight, float epsilon, float *dweight,
                               const float *dbias, float *factors) {
  const float share = 1.0f / (float)rows;
  for (int64_t j = 0; j < columns; j++) {
    const float factor = 1.0f / sqrtf(variance[j] + epsilon), scale = weight[j] * factor;
    dweight[j] *= factor;
    factors[j] = scale;
    factors[columns + j] = -scale * factor * (dweight[j] * share);
    factors[2 * columns + j] = -scale * (dbias[j] * share);
  }
}

void ek_batch_norm_gradient_f32(ek_isa isa, int64_t rows, int64_t columns, const float *dy,
                                int64_t dy_stride, const float *x, int64_t x_stride,
                                const float *mean, const float *factors, float *dx,
                                int64_t dx_stride) {
  DISPATCH(isa, batch_norm_gradient, rows, columns, dy, dy_stride, x, x_stride, mean, factors, dx,
           dx_stride);
}

void ek_add_parts_f32(ek_isa isa, int64_t parts, int64_t columns, const float *x,
                      int64_t x_stride, float *y) {
  DISPATCH(isa, add_parts, parts, columns, x, x_stride, y);
}

void ek_blend_f32(int64_t columns, float a, const float *x, float b, const float *y, float *z) {
  for (int64_t j = 0; j < columns; j++) z[j] = a * x[j] + b * y[j];
}
