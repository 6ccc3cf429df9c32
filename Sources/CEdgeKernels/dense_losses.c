#include "edge_dense_losses.h"
#include "simd.h"

#define BODY "dense_losses_body.h"
#include "each_isa.h"

void ek_indexed_cross_entropy_f32(ek_isa isa, int64_t rows, int64_t columns, const float *z,
                                  int64_t z_stride, const float *labels, float *y) {
  DISPATCH(isa, indexed_cross_entropy, rows, columns, z, z_stride, labels, y);
}

void ek_indexed_cross_entropy_gradient_f32(ek_isa isa, int64_t rows, int64_t columns,
                                           const float *dy, const float *z, int64_t z_stride,
                                           const float *labels, float *dz, int64_t dz_stride) {
  DISPATCH(isa, indexed_cross_entropy_gradient, rows, columns, dy, z, z_stride, labels, dz,
           dz_stride);
}

void ek_background_loss_f32(ek_isa isa, int64_t rows, int64_t columns, const float *z,
                            int64_t z_stride, const float *labels, float *y) {
  DISPATCH(isa, background_loss, rows, columns, z, z_stride, labels, y);
}

void ek_smooth_l1_f32(ek_isa isa, int64_t rows, int64_t columns, const float *p, int64_t p_stride,
                      const float *t, int64_t t_stride, const float *labels, float *y) {
  DISPATCH(isa, smooth_l1, rows, columns, p, p_stride, t, t_stride, labels, y);
}

void ek_smooth_l1_gradient_f32(ek_isa isa, int64_t rows, int64_t columns, const float *dy,
                               const float *p, int64_t p_stride, const float *t,
                               int64_t t_stride, const float *labels, float *dp,
                               int64_t dp_stride) {
  DISPATCH(isa, smooth_l1_gradient, rows, columns, dy, p, p_stride, t, t_stride, labels, dp,
           dp_stride);
}

/* Losses as numbers in the same order: those that aren't negative have the order of their bits.
 * What isn't a background anchor comes below all. */
static uint32_t rank(const float *labels, const float *losses, int64_t i) {
  if (labels[i] != 0.0f) return 0;
  uint32_t bits;
  const float loss = losses[i] > 0.0f ? losses[i] : 0.0f; /* NaN is nothing to learn from */
  memcpy(&bits, &loss, sizeof bits);
  return bits + 1;
}

/* The largest number that at least `count` ranks reach, found bit by bit; count >= 1. */
static uint32_t rank_of(int64_t count, int64_t anchors, const float *labels,
                        const float *losses) {
  uint32_t threshold = 0;
  for (int bit = 30; bit >= 0; bit--) {
    const uint32_t candidate = threshold | (uint32_t)1 << bit;
    int64_t reached = 0;
    for (int64_t i = 0; i < anchors; i++) reached += rank(labels, losses, i) >= candidate;
    if (reached >= count) threshold = candidate;
  }
  return threshold;
}

void ek_mine_labels_f32(int64_t anchors, double ratio, const float *labels, const float *losses,
                        float *y) {
  int64_t positives = 0, background = 0;
  for (int64_t i = 0; i < anchors; i++) {
    positives += labels[i] > 0.0f;
    background += labels[i] == 0.0f;
  }
  const double wanted = ratio * (double)positives;
  const int64_t count = wanted < (double)background ? (int64_t)wanted : background;
  const uint32_t threshold = count > 0 ? rank_of(count, anchors, labels, losses) : UINT32_MAX;
  /* Of those with the last rank, the first ones fill up. */
  int64_t rest = count;
  for (int64_t i = 0; i < anchors; i++) rest -= rank(labels, losses, i) > threshold;
  for (int64_t i = 0; i < anchors; i++) {
    const uint32_t own = rank(labels, losses, i);
    const int fills = own == threshold && own > 0 && rest > 0;
    rest -= fills;
    y[i] = labels[i] > 0.0f ? labels[i] : own > threshold || fills ? 0.0f : -1.0f;
  }
}
