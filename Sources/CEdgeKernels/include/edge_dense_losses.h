/* CPU kernels for the losses of detection and segmentation, where every place of an image has a
 * class; the conventions are those of edge_kernels.h. */
#ifndef EDGE_DENSE_LOSSES_H
#define EDGE_DENSE_LOSSES_H

#include "edge_kernels.h"

/* ---- the class of every row ------------------------------------------------------------------
 *
 * Logits z are rows x columns, columns >= 1. `labels`, y and dy have a number for every row. A label
 * is the number of a class; a row whose label is none of 0..<columns counts for nothing. */

/* y[i] = log sum over j of exp(z[i,j]) - z[i, label], the row's maximum subtracted from z; 0 where
 * the row doesn't count. */
void ek_indexed_cross_entropy_f32(ek_isa isa, int64_t rows, int64_t columns, const float *z,
                                  int64_t z_stride, const float *labels, float *y);
/* dz[i,j] = dy[i] (softmax(z[i])[j] - (j == label ? 1 : 0)), or 0; `dz` may be `z`. */
void ek_indexed_cross_entropy_gradient_f32(ek_isa isa, int64_t rows, int64_t columns,
                                           const float *dy, const float *z, int64_t z_stride,
                                           const float *labels, float *dz, int64_t dz_stride);

/* ---- default boxes -----------------------------------------------------------------------------
 *
 * A label is positive for an object's class, and 0 for the background. */

/* y[i] = -log softmax(z[i])[0] where the label is 0, else 0. */
void ek_background_loss_f32(ek_isa isa, int64_t rows, int64_t columns, const float *z,
                            int64_t z_stride, const float *labels, float *y);
/* Of one image: y is the label where it is positive; 0 for as many of the background, those with the
 * largest losses and of equal ones the first, as the whole part of `ratio` times the positive ones;
 * else -1. A loss that is not a number counts as 0. ratio >= 0. */
void ek_mine_labels_f32(int64_t anchors, double ratio, const float *labels, const float *losses,
                        float *y);
/* With d = p - t, y[i] = sum over j of (d^2 / 2 where |d| < 1, else |d| - 1/2) where the label is
 * positive, else 0. */
void ek_smooth_l1_f32(ek_isa isa, int64_t rows, int64_t columns, const float *p, int64_t p_stride,
                      const float *t, int64_t t_stride, const float *labels, float *y);
/* dp[i,j] = dy[i] clamp(d, -1, 1), or 0; `dp` may be `p` or `t`. */
void ek_smooth_l1_gradient_f32(ek_isa isa, int64_t rows, int64_t columns, const float *dy,
                               const float *p, int64_t p_stride, const float *t,
                               int64_t t_stride, const float *labels, float *dp,
                               int64_t dp_stride);

#endif
