#include "simd.h"

#define BODY "optimizer_body.h"
#include "each_isa.h"

void ek_adam_f32(ek_isa isa, int64_t count, const ek_adam *settings, const float *g, float *p,
                 float *m, float *v) {
  DISPATCH(isa, adam, count, *settings, g, p, m, v);
}

void ek_sgd_f32(ek_isa isa, int64_t count, const ek_sgd *settings, const float *g, float *p,
                float *m) {
  DISPATCH(isa, sgd, count, *settings, g, p, m);
}

void ek_lamb_direction_f32(ek_isa isa, int64_t count, const ek_adam *settings, const float *p,
                           float *g, float *m, float *v, double squares[2]) {
  squares[0] = squares[1] = 0;
  DISPATCH(isa, lamb_direction, count, *settings, p, g, m, v, squares);
}

void ek_average_f32(ek_isa isa, int64_t count, float share, const float *x, float *average) {
  DISPATCH(isa, average, count, share, x, average);
}

double ek_square_sum_f32(ek_isa isa, int64_t count, const float *x) {
  double sum = 0;
  DISPATCH(isa, sum = square_sum, count, x);
  return sum;
}

void ek_add_scaled_f32(ek_isa isa, int64_t count, float factor, const float *x, float *y) {
  DISPATCH(isa, add_scaled, count, factor, x, y);
}

void ek_clamp_f32(ek_isa isa, int64_t count, float limit, float *x) {
  DISPATCH(isa, clamp, count, limit, x);
}

int64_t ek_first_nonfinite_f32(ek_isa isa, int64_t count, const float *x) {
  int64_t index = -1;
  DISPATCH(isa, index = first_nonfinite, count, x);
  return index;
}
