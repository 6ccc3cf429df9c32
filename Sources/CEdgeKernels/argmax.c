#include "simd.h"

#define BODY "argmax_body.h"
#include "each_isa.h"

void ek_argmax_f32(ek_isa isa, int64_t rows, int64_t columns, const float *x, int64_t x_stride,
                   float *y) {
  DISPATCH(isa, argmax, rows, columns, x, x_stride, y);
}
