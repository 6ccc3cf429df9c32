#include "simd.h"

#define BODY "normalization_gradient_body.h"
#include "each_isa.h"

void ek_layer_norm_gradient_f32(ek_isa isa, int64_t rows, int64_t columns, const float *dy,
                                int64_t dy_stride, const float *x, int64_t x_stride,
                                const float *weight, float epsilon, float *dx, int64_t dx_stride,
                                float *dweight, float *dbias) {
  DISPATCH(isa, layer_norm_gradient, rows, columns, dy, dy_stride, x, x_stride, weight, epsilon,
           dx, dx_stride, dweight, dbias);
}
