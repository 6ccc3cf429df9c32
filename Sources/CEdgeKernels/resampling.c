#include "edge_attention.h"
#include "simd.h"

#define BODY "resampling_body.h"
#include "each_isa.h"

void ek_depthwise_transposed_f32(ek_isa isa, int64_t pixels, int64_t channels, int64_t stride,
                                 const float *x, int64_t x_stride, const float *weights,
                                 const float *bias, float *y, int64_t y_stride) {
  DISPATCH(isa, depthwise_transposed, pixels, channels, stride, x, x_stride, weights, bias, y,
           y_stride);
}

void ek_resize_row_f32(ek_isa isa, int64_t width, int64_t pixels, int64_t channels,
                       const ek_linear_tap *taps, float share, const float *top,
                       const float *bottom, int64_t x_stride, float *y, int64_t y_stride,
                       float *scratch) {
  DISPATCH(isa, resize_row, width, pixels, channels, taps, share, top, bottom, x_stride, y,
           y_stride, scratch);
}

void ek_resize_row_gradient_f32(ek_isa isa, int64_t pixels, int64_t channels,
                                const ek_linear_tap *taps, float share, const float *dy,
                                int64_t dy_stride, float *dx, int64_t dx_stride) {
  DISPATCH(isa, resize_row_gradient, pixels, channels, taps, share, dy, dy_stride, dx, dx_stride);
}
