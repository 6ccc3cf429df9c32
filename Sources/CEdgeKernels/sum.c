#include "simd.h"

#define BODY "sum_body.h"
#include "each_isa.h"

void ek_sum_rows_f32(ek_isa isa, int64_t rows, int64_t columns, const float *x, int64_t x_stride,
                     int accumulate, float *y) {
  DISPATCH(isa, sum_rows, rows, columns, x, x_stride, accumulate, y);
}

void ek_sum_f32(ek_isa isa, int64_t rows, int64_t columns, const float *x, int64_t x_stride,
                float *sum) {
  if (x_stride == columns) {
    columns *= rows;
    rows = 1;
  }
  DISPATCH(isa, sum, rows, columns, x, x_stride, sum);
}
