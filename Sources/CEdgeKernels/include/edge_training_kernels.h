/* CPU kernels that only training needs: derivatives, losses, optimizers. The conventions are those
 * of edge_kernels.h. */
#ifndef EDGE_TRAINING_KERNELS_H
#define EDGE_TRAINING_KERNELS_H

#include "edge_kernels.h"

/* ---- derivatives of weights: products over rows ------------------------------------------------ */

/* Rows of a long matrix: row p is at + p / group * group_stride + p % group * stride. In one group
 * (of as many as there are) rows lie evenly; patches of an image have a group for each row of
 * patches. Rows may overlap. */
typedef struct {
  const float *at;
  int64_t stride;
  int64_t group; /* at least 1 */
  int64_t group_stride;
} ek_rows;

/* c = A'B, or c += A'B with `accumulate`; A is k x m with a_stride, B is k x n. Neither is packed
 * beforehand: k is long, and each block of rows is used once. c[i,j] is a sum over chunks of 256
 * rows, each of which is summed first, in the order of k, whatever m and n are.
 * `scratch`: ek_matmul_tn_scratch_count(m, n) floats. */
int64_t ek_matmul_tn_scratch_count(int64_t m, int64_t n);
void ek_matmul_tn_f32(ek_isa isa, int64_t m, int64_t n, int64_t k, const float *a,
                      int64_t a_stride, const ek_rows *b, int accumulate, float *c,
                      int64_t c_stride, float *scratch);
/* The same with A and B, which are float32, rounded to bfloat16 on their way; sums are float32, and
 * chunks are 512 rows. Where ek_bf16_available(isa) is 0 nothing is done. */
void ek_matmul_tn_bf16_f32(ek_isa isa, int64_t m, int64_t n, int64_t k, const float *a,
                           int64_t a_stride, const ek_rows *b, int accumulate, float *c,
                           int64_t c_stride, float *scratch);

/* ---- derivatives of depthwise, grouped and circular convolutions, and of pooling --------------------- */

/* The derivatives of ek_depthwise_f32 without activation for one image, with the shape that it was
 * given. dy has the places of its output, dx those of its input.
 *
 * The sums over the taps that reach a pixel:
 *   dx[iy, ix, c] = sum over planes, (ky, kx), (oy, ox) of
 *     dy[plane, oy, ox, c] * weights[plane, ky, kx, c],
 * for input rows first_row..<end_row; the planes are those of dy. Fast for stride 2, dilation 1 and
 * kernels 3, 5; with stride 1 it is ek_depthwise_f32 with the taps in reverse order. */
void ek_depthwise_input_gradient_f32(ek_isa isa, const ek_depthwise_shape *shape, const float *dy,
                                     const float *weights, int64_t first_row, int64_t end_row,
                                     float *dx);
/* Adds the sums over output rows first_row..<end_row to those of before, for every plane of x:
 *   dw[plane, ky, kx, c] += sum over (oy, ox) of x[plane, iy, ix, c] * dy[oy, ox, c].
 * Fast for kernels 3, 5, 7, 9 of stride 1 and undilated 3, 5 of stride 2; right for all. */
void ek_depthwise_weight_gradient_f32(ek_isa isa, const ek_depthwise_shape *shape, const float *x,
                                      const float *dy, int64_t first_row, int64_t end_row,
                                      float *dw);

/* Of ek_grouped_f32:
 * dx for input rows first_row..<end_row, as ek_depthwise_input_gradient_f32. The weights are [input
 * of the group, its output, ky, kx, group]. */
void ek_grouped_input_gradient_f32(ek_isa isa, const ek_depthwise_shape *shape, int64_t inputs,
                                   int64_t outputs, const float *dy, const float *weights,
                                   int64_t first_row, int64_t end_row, float *dx, float *scratch);
/* Adds to dw, which has the order of the weights, as ek_depthwise_weight_gradient_f32. */
void ek_grouped_weight_gradient_f32(ek_isa isa, const ek_depthwise_shape *shape, int64_t inputs,
                                    int64_t outputs, const float *x, const float *dy,
                                    int64_t first_row, int64_t end_row, float *dw,
                                    float *scratch);

/* Of ek_circular_f32:
 * Adds the sums over the lines to those of before; dy has the places of the output:
 *   dw[t * channels + c] += sum over line, i of x[line, (i + t) mod extent, c] * dy[line, i, c]. */
void ek_circular_weight_gradient_f32(ek_isa isa, const ek_circular_shape *shape, int64_t taps,
                                     const float *x, const float *dy, int64_t first_line,
                                     int64_t end_line, float *dw, float *scratch);

/* Of ek_max_pool_f32, for input rows first_row..<end_row of one image: dx is the sum of the dy whose
 * windows took their value here. Of equal ones a window takes the first, row by row; of several NaNs
 * the last. dy has the places of the outputs; dx has a pixel stride of its own. */
void ek_max_pool_gradient_f32(ek_isa isa, const ek_pool_shape *shape, const float *dy,
                              const float *x, int64_t first_row, int64_t end_row, float *dx,
                              int64_t dx_pixel_stride);

/* ---- derivatives of norms, attention and activations ----------------------------------------
 *
 * `dy` is the derivative with respect to what the forward kernel calls `y`, `dx` that with respect
 * to `x`. Sums over rows are added to what their arrays hold; for the same bits on any thread the
 * caller gives each range of rows arrays of its own and adds them by ek_add_parts_f32. */

/* Of ek_layer_norm_f32; mean and variance are computed anew. With x' = (x - mean) / sqrt(variance +
 * epsilon) and means over a row:
 *   dx = (dy weight - mean(dy weight) - x' mean(dy weight x')) / sqrt(variance + epsilon)
 *   dweight[j] += sum over rows of dy x',  dbias[j] += sum over rows of dy
 * `weight` may be null, which means 1. `dx` may be `dy` or `x`. */
void ek_layer_norm_gradient_f32(ek_isa isa, int64_t rows, int64_t columns, const float *dy,
                                int64_t dy_stride, const float *x, int64_t x_stride,
                                const float *weight, float epsilon, float *dx, int64_t dx_stride,
                                float *dweight, float *dbias);

/* dx[i,j] = dy[i,j] * activation'(x[i,j]); `dx` may be `dy` or `x`. The derivative's error against
 * float64 is at most 3e-7; at a corner it is 0 (1 at hardswish's upper one); of NaN it is NaN. */
void ek_activation_gradient_f32(ek_isa isa, int64_t rows, int64_t columns,
                                ek_activation activation, const float *dy, int64_t dy_stride,
                                const float *x, int64_t x_stride, float *dx, int64_t dx_stride);
/* The same, and y[i,j] = activation(x[i,j]), whose error is that of ek_scale_shift_f32 but whose
 * bits may be others. `y` may be null; `y` and `dx` may be one each of `x` and `dy`. */
void ek_activation_with_gradient_f32(ek_isa isa, int64_t rows, int64_t columns,
                                     ek_activation activation, const float *dy, int64_t dy_stride,
                                     const float *x, int64_t x_stride, float *y, int64_t y_stride,
                                     float *dx, int64_t dx_stride);

/* Of ek_xca_f32, for one head; norms and weights are computed anew. `dq`, `dk`, `dv`: tokens x
 * width, all with `d_stride`; `dtemperature`: one number, which is written. A column of q or k
 * whose norm is at most 1e-12 counts as divided by a constant.
 * `scratch`: ek_xca_gradient_scratch_count(isa, width) floats. */
int64_t ek_xca_gradient_scratch_count(ek_isa isa, int64_t width);
void ek_xca_gradient_f32(ek_isa isa, int64_t tokens, int64_t width, const float *dy,
                         int64_t dy_stride, const float *q, const float *k, const float *v,
                         int64_t stride, float temperature, float *dq, float *dk, float *dv,
                         int64_t d_stride, float *dtemperature, float *scratch);

/* y[j] = sum over parts of x[i,j], in order. */
void ek_add_parts_f32(ek_isa isa, int64_t parts, int64_t columns, const float *x,
                      int64_t x_stride, float *y);

/* ---- batch norm in training ------------------------------------------------------------------ */

/* mean[j] and biased variance[j] over the rows; without cancellation. rows >= 1. */
void ek_moments_f32(ek_isa isa, int64_t rows, int64_t columns, const float *x, int64_t x_stride,
                    float *mean, float *variance);
/* Turns `mean` and `variance` of some rows into those of more, the others being `share` of all
 * (0 < share < 1). */
void ek_merge_moments_f32(ek_isa isa, int64_t columns, float share, const float *other_mean,
                          const float *other_variance, float *mean, float *variance);
/* scale = weight / sqrt(variance + epsilon), shift = bias - mean scale: for ek_scale_shift_f32. */
void ek_batch_norm_scale_f32(int64_t columns, const float *mean, const float *variance,
                             const float *weight, const float *bias, float epsilon, float *scale,
                             float *shift);

/* The way back, in three steps. The first adds up
 *   dweight[j] += sum over rows of dy (x - mean),  dbias[j] += sum over rows of dy. */
void ek_batch_norm_sums_f32(ek_isa isa, int64_t rows, int64_t columns, const float *dy,
                            int64_t dy_stride, const float *x, int64_t x_stride,
                            const float *mean, float *dweight, float *dbias);
/* The second takes the sums over all `rows`, divides dweight by sqrt(variance + epsilon), and
 * writes three rows of factors. */
void ek_batch_norm_factors_f32(int64_t rows, int64_t columns, const float *variance,
                               const float *weight, float epsilon, float *dweight,
                               const float *dbias, float *factors);
/* The third: dx = factors[0] dy + factors[1] (x - mean) + factors[2], which goes through mean and
 * variance too. `dx` may be `dy` or `x`. */
void ek_batch_norm_gradient_f32(ek_isa isa, int64_t rows, int64_t columns, const float *dy,
                                int64_t dy_stride, const float *x, int64_t x_stride,
                                const float *mean, const float *factors, float *dx,
                                int64_t dx_stride);

/* z[j] = a x[j] + b y[j]; `z` may be `x` or `y`. */
void ek_blend_f32(int64_t columns, float a, const float *x, float b, const float *y, float *z);

/* ---- losses --------------------------------------------------------------------------------
 *
 * Logits z and targets t are rows x columns, columns >= 1; y and dy have a number for every row. */

/* y[i] = sum over j of t[i,j] (log sum over l of exp(z[i,l]) - z[i,j]), the row's maximum
 * subtracted from z; nothing is added where t is 0. */
void ek_cross_entropy_f32(ek_isa isa, int64_t rows, int64_t columns, const float *z,
                          int64_t z_stride, const float *t, int64_t t_stride, float *y);
/* dz[i,j] = dy[i] (softmax(z[i])[j] * sum over l of t[i,l] - t[i,j]); `dz` may be `z`. */
void ek_cross_entropy_gradient_f32(ek_isa isa, int64_t rows, int64_t columns, const float *dy,
                                   const float *z, int64_t z_stride, const float *t,
                                   int64_t t_stride, float *dz, int64_t dz_stride);
/* y[i] = mean over j of max(z, 0) - z t + log(1 + exp(-|z|)). */
void ek_binary_cross_entropy_f32(ek_isa isa, int64_t rows, int64_t columns, const float *z,
                                 int64_t z_stride, const float *t, int64_t t_stride, float *y);
/* dz[i,j] = dy[i] (sigmoid(z[i,j]) - t[i,j]) / columns; `dz` may be `z` or `t`. */
void ek_binary_cross_entropy_gradient_f32(ek_isa isa, int64_t rows, int64_t columns,
                                          const float *dy, const float *z, int64_t z_stride,
                                          const float *t, int64_t t_stride, float *dz,
                                          int64_t dz_stride);
/* The divergence of two rows of logits: with p = softmax(s / temperature) and
 * q = softmax(t / temperature), y[i] = sum over j of q (log q - log p). temperature > 0. */
void ek_distillation_f32(ek_isa isa, int64_t rows, int64_t columns, float temperature,
                         const float *s, int64_t s_stride, const float *t, int64_t t_stride,
                         float *y);
/* ds[i,j] = dy[i] (p - q) / temperature; `ds` may be `s` or `t`. */
void ek_distillation_gradient_f32(ek_isa isa, int64_t rows, int64_t columns, float temperature,
                                  const float *dy, const float *s, int64_t s_stride,
                                  const float *t, int64_t t_stride, float *ds, int64_t ds_stride);

/* ---- random masks -------------------------------------------------------------------------- */

/* A stream of Philox4x32-10: words 1 to 3 of the counter, and the key. Word 0 counts the blocks. */
typedef struct {
  uint32_t key[2];
  uint32_t step;
  uint32_t name[2];
} ek_random_stream;

/* y[i] = kept where word first + i of the stream is at least `threshold`, else 0. first >= 0. */
void ek_random_mask_f32(const ek_random_stream *stream, int64_t first, int64_t count,
                        uint64_t threshold, float kept, float *y);

/* ---- optimizers ------------------------------------------------------------------------------
 *
 * Flat arrays of `count` numbers: gradients g, parameters p, moments m and v. Ranges may be done
 * by themselves: nothing but the sums depends on the others. */

typedef struct {
  float learning_rate;
  float gradient_factor;          /* the gradient is multiplied by it first */
  float l2;                       /* decay added to the gradient */
  float decay;                    /* decay of the parameter by itself (decoupled) */
  float share1, share2;           /* 1 - beta1 and 1 - beta2, not of rounded betas */
  float correction1, correction2; /* 1 / (1 - beta1^t) and 1 / sqrt(1 - beta2^t) */
  float epsilon;
} ek_adam;

/* g' = g * gradient_factor + l2 * p;  m += share1 (g' - m);  v += share2 (g'^2 - v);
 * u = m * correction1 / (sqrt(v) * correction2 + epsilon) + decay * p;  p -= learning_rate * u */
void ek_adam_f32(ek_isa isa, int64_t count, const ek_adam *settings, const float *g, float *p,
                 float *m, float *v);

typedef struct {
  float learning_rate;
  float gradient_factor;
  float l2;
  float momentum;
  int nesterov;
} ek_sgd;

/* g' = g * gradient_factor + l2 * p;  m = momentum * m + g';
 * p -= learning_rate * (nesterov ? g' + momentum * m : m). Without `m` (null): of g'. */
void ek_sgd_f32(ek_isa isa, int64_t count, const ek_sgd *settings, const float *g, float *p,
                float *m);

/* The first half of LAMB: moments and u as in ek_adam_f32, u replacing g, p as it was. `squares`:
 * the sums of p^2 and of u^2. The second half is ek_add_scaled_f32 by
 * -learning_rate * trust ratio. */
void ek_lamb_direction_f32(ek_isa isa, int64_t count, const ek_adam *settings, const float *p,
                           float *g, float *m, float *v, double squares[2]);

/* average += share (x - average): a moving average of decay 1 - share. In this form the average of
 * what doesn't change is that itself; a rounded decay and share needn't add up to 1. */
void ek_average_f32(ek_isa isa, int64_t count, float share, const float *x, float *average);
/* The sum of squares, in double precision. */
double ek_square_sum_f32(ek_isa isa, int64_t count, const float *x);
/* y += factor * x */
void ek_add_scaled_f32(ek_isa isa, int64_t count, float factor, const float *x, float *y);
/* x = min(max(x, -limit), limit); NaN stays. limit >= 0. */
void ek_clamp_f32(ek_isa isa, int64_t count, float limit, float *x);
/* The first index of an infinity or NaN, -1 where there is none. */
int64_t ek_first_nonfinite_f32(ek_isa isa, int64_t count, const float *x);

#endif
