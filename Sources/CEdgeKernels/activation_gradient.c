#include "simd.h"

#define BODY "activation_gradient_body.h"
#include "each_isa.h"

void ek_activation_with_gradient_f32(ek_isa isa, int64_t rows, int64_t columns,
                                     ek_activation activation, const float *dy, int64_t dy_stride,
                                     const float *x, int64_t x_stride, float *y, int64_t y_stride,
                                     float *dx, int64_t dx_stride) {
  /* Rows without gaps are one long row: no tail per row. */
  if (dy_stride == columns && x_stride == columns && (!y || y_stride == columns) &&
      dx_stride == columns) {
    columns *= rows;
    rows = 1;
  }
  DISPATCH(isa, activation_gradient, activation, rows, columns, dy, dy_stride, x, x_stride, y,
           y_stride, dx, dx_stride);
}

void ek_activation_gradient_f32(ek_isa isa, int64_t rows, int64_t columns,
                                ek_activation activation, const float *dy, int64_t dy_stride,
                                const float *x, int64_t x_stride, float *dx, int64_t dx_stride) {
  ek_activation_with_gradient_f32(isa, rows, columns, activation, dy, dy_stride, x, x_stride, NULL,
                                  0, dx, dx_stride);
}
