#include "simd.h"

/* The rows or columns of an image, [first, end), in which the window of an output lies. */
typedef struct {
  int64_t first, end;
} ek_span;

static inline ek_span ek_window(const ek_pool_shape *s, int64_t output, int64_t extent) {
  const int64_t first = output * s->stride - s->padding;
  return (ek_span){ek_larger(first, 0), ek_smaller(first + s->size, extent)};
}

#define BODY "pooling_body.h"
#include "each_isa.h"

void ek_max_pool_f32(ek_isa isa, const ek_pool_shape *shape, const float *x, int64_t first_row,
                     int64_t end_row, float *y) {
  DISPATCH(isa, max_pool, shape, x, first_row, end_row, y);
}

void ek_max_pool_gradient_f32(ek_isa isa, const ek_pool_shape *shape, const float *dy,
                              const float *x, int64_t first_row, int64_t end_row, float *dx,
                              int64_t dx_pixel_stride) {
  DISPATCH(isa, max_pool_gradient, shape, dy, x, first_row, end_row, dx, dx_pixel_stride);
}
