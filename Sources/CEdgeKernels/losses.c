#include "simd.h"

#define BODY "losses_body.h"
#include "each_isa.h"

void ek_cross_entropy_f32(ek_isa isa, int64_t rows, int64_t columns, const float *z,
                          int64_t z_stride, const float *t, int64_t t_stride, float *y) {
  DISPATCH(isa, cross_entropy, rows, columns, z, z_stride, t, t_stride, y);
}

void ek_cross_entropy_gradient_f32(ek_isa isa, int64_t rows, int64_t columns, const float *dy,
                                   const float *z, int64_t z_stride, const float *t,
                                   int64_t t_stride, float *dz, int64_t dz_stride) {
  DISPATCH(isa, cross_entropy_gradient, rows, columns, dy, z, z_stride, t, t_stride, dz, dz_stride);
}

void ek_binary_cross_entropy_f32(ek_isa isa, int64_t rows, int64_t columns, const float *z,
                                 int64_t z_stride, const float *t, int64_t t_stride, float *y) {
  DISPATCH(isa, binary_cross_entropy, rows, columns, z, z_stride, t, t_stride, y);
}

void ek_binary_cross_entropy_gradient_f32(ek_isa isa, int64_t rows, int64_t columns,
                                          const float *dy, const float *z, int64_t z_stride,
                                          const float *t, int64_t t_stride, float *dz,
                                          int64_t dz_stride) {
  DISPATCH(isa, binary_cross_entropy_gradient, rows, columns, dy, z, z_stride, t, t_stride, dz,
           dz_stride);
}

void ek_distillation_f32(ek_isa isa, int64_t rows, int64_t columns, float temperature,
                         const float *s, int64_t s_stride, const float *t, int64_t t_stride,
                         float *y) {
  DISPATCH(isa, distillation, rows, columns, 1.0f / temperature, s, s_stride, t, t_stride, y);
}

void ek_distillation_gradient_f32(ek_isa isa, int64_t rows, int64_t columns, float temperature,
                                  const float *dy, const float *s, int64_t s_stride,
                                  const float *t, int64_t t_stride, float *ds, int64_t ds_stride) {
  DISPATCH(isa, distillation_gradient, rows, columns, 1.0f / temperature, dy, s, s_stride, t,
           t_stride, ds, ds_stride);
}
