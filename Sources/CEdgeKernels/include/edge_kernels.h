/* CPU kernels of EdgeVision.
 *
 * Conventions
 * - float32 in and out; matrices are row-major, `*_stride` counts floats between rows and may be
 *   larger than the number of columns (channel splits and heads are strides, never copies).
 * - Arrays need no alignment. Nothing past `columns` of a row is read or written.
 * - Sizes may be zero unless said otherwise; then nothing is written.
 * - Outputs don't overlap inputs unless said otherwise.
 * - No kernel allocates, locks, or starts a thread. The caller splits work by calling with
 *   sub-ranges of rows (or panels); results don't depend on the split.
 * - Each family is written once over a vector width and compiled for every instruction set.
 */
#ifndef EDGE_KERNELS_H
#define EDGE_KERNELS_H

#include <stdint.h>

typedef enum { EK_PORTABLE = 0, EK_AVX2 = 1, EK_AVX512 = 2, EK_NEON = 3 } ek_isa;

/* 1 where this build and this processor (and its system) have the instruction set. */
int ek_isa_available(ek_isa isa);
/* 1 where the kernels on bfloat16 run: `isa` is AVX-512, and the processor has AVX512-BF16. */
int ek_bf16_available(ek_isa isa);
/* The fastest that is available: AVX-512, AVX2, NEON, portable. */
ek_isa ek_best_isa(void);

/* ---- matrix product --------------------------------------------------------------------- */

typedef enum { EK_IDENTITY = 0, EK_GELU = 1, EK_HARDSWISH = 2 } ek_activation;

/* What happens to a product p[i,j] on its way out:
 *   c[i,j] = residual[i,j] + scale[j] * activation(p[i,j] + bias[j])
 * Null pointers leave their term out. `residual` may be `c` itself. */
typedef struct {
  const float *bias;
  ek_activation activation;
  const float *scale;
  const float *residual;
  int64_t residual_stride;
} ek_epilogue;

/* Columns of one packed panel (a multiple of the vector width). */
int64_t ek_panel_columns(ek_isa isa);
/* Floats that `ek_pack_f32` writes for B of k x n: full panels, zero-filled. */
int64_t ek_packed_count(ek_isa isa, int64_t k, int64_t n);
/* Packs B[p,j] = b[p * k_stride + j * n_stride] (k x n) into panels: panel-major, then p, then
 * the panel's columns. */
void ek_pack_f32(ek_isa isa, int64_t k, int64_t n, const float *b, int64_t k_stride,
                 int64_t n_stride, float *packed);

/* The left operand, addressed in place: element (i, s * k + p) is
 * a[i * row_stride + s * segment_stride + p] for s < segments, p < k. One segment is an ordinary
 * matrix; a patch of an image (kernel = stride, no padding) has a segment per kernel row. */
typedef struct {
  const float *a;
  int64_t row_stride;
  int64_t segments; /* at least 1 */
  int64_t segment_stride;
} ek_left;

/* c[0..m, columns of panels first_panel..<end_panel] = epilogue(A B), B packed with
 * segments * k rows and n columns. `c`, `bias`, `scale`, `residual` point at column 0. A null
 * `epilogue` does nothing. Each sum runs in the order of k, whatever the sub-ranges. */
void ek_matmul_f32(ek_isa isa, int64_t m, int64_t n, int64_t k, const ek_left *left,
                   const float *packed, int64_t first_panel, int64_t end_panel, float *c,
                   int64_t c_stride, const ek_epilogue *epilogue);

/* The same with B stored as float16, rounded to nearest even; products and sums are float32.
 * `packed`: ek_packed_count numbers. */
void ek_pack_f16(ek_isa isa, int64_t k, int64_t n, const float *b, int64_t k_stride,
                 int64_t n_stride, uint16_t *packed);
void ek_matmul_f16(ek_isa isa, int64_t m, int64_t n, int64_t k, const ek_left *left,
                   const uint16_t *packed, int64_t first_panel, int64_t end_panel, float *c,
                   int64_t c_stride, const ek_epilogue *epilogue);

/* ---- matrix product of bfloat16 ------------------------------------------------------------
 *
 * For instruction sets of which ek_bf16_available is 1; on others nothing is done. Numbers are
 * rounded to the nearest bfloat16, the even one of two, and denormals to zero. They come in pairs:
 * rows are an even number long, an odd one being followed by a zero. */

/* Rows of `columns` floats, rounded. y_stride is at least columns + columns % 2. */
void ek_round_bf16(ek_isa isa, int64_t rows, int64_t columns, const float *x, int64_t x_stride,
                   uint16_t *y, int64_t y_stride);

/* Packs B of segments * k rows as ek_pack_f32 does, two rows of a segment side by side:
 * ek_packed_count(isa, segments * (k + k % 2), n) numbers. */
void ek_pack_bf16(ek_isa isa, int64_t segments, int64_t k, int64_t n, const float *b,
                  int64_t k_stride, int64_t n_stride, uint16_t *packed);

/* As ek_left, with strides that are even and count bfloat16. */
typedef struct {
  const uint16_t *a;
  int64_t row_stride;
  int64_t segments; /* at least 1 */
  int64_t segment_stride;
} ek_left_bf16;

/* As ek_matmul_f32, with sums in float32; a pair of products is added at once. */
void ek_matmul_bf16_f32(ek_isa isa, int64_t m, int64_t n, int64_t k, const ek_left_bf16 *left,
                        const uint16_t *packed, int64_t first_panel, int64_t end_panel, float *c,
                        int64_t c_stride, const ek_epilogue *epilogue);
/* The same, with the results rounded; c_stride is at least n + n % 2. */
void ek_matmul_bf16_bf16(ek_isa isa, int64_t m, int64_t n, int64_t k, const ek_left_bf16 *left,
                         const uint16_t *packed, int64_t first_panel, int64_t end_panel,
                         uint16_t *c, int64_t c_stride, const ek_epilogue *epilogue);

/* ---- depthwise convolution --------------------------------------------------------------- */

typedef struct {
  int64_t height, width, channels;         /* of the input */
  int64_t input_pixel_stride;              /* floats between pixels; rows are width pixels */
  int64_t output_height, output_width;
  int64_t output_pixel_stride;
  int64_t kernel_height, kernel_width;
  int64_t stride, padding_top, padding_left, dilation;
} ek_depthwise_shape;

/* One image: y[oy, ox, c] = bias[c] + sum over (ky, kx) of
 *   x[oy * stride - padding_top + ky * dilation, ox * stride - padding_left + kx * dilation, c]
 *   * weights[(ky * kernel_width + kx) * channels + c],  zero outside the image,
 * for output rows first_row..<end_row. `bias` may be null. Fast for stride 1,
 * dilation 1 and kernels 3, 5, 7, 9; right for all. */
void ek_depthwise_f32(ek_isa isa, const ek_depthwise_shape *shape, const float *x,
                      const float *weights, const float *bias, int64_t first_row, int64_t end_row,
                      float *y);

/* The derivatives of ek_depthwise_f32 for one image, with the shape that it was given. dy has the
 * places of its output, dx those of its input.
 *
 * The sums over the taps that reach a pixel:
 *   dx[iy, ix, c] = sum over (ky, kx), (oy, ox) of dy[oy, ox, c] * weights[ky, kx, c],
 * for input rows first_row..<end_row. The dilation is 1. With stride 1 it is ek_depthwise_f32 with
 * the taps in reverse order, which is faster. */
void ek_depthwise_input_gradient_f32(ek_isa isa, const ek_depthwise_shape *shape, const float *dy,
                                     const float *weights, int64_t first_row, int64_t end_row,
                                     float *dx);
/* Adds the sums over output rows first_row..<end_row to those of before:
 *   dw[ky, kx, c] += sum over (oy, ox) of x[iy, ix, c] * dy[oy, ox, c].
 * Fast for stride 1, dilation 1 and kernels 3, 5, 7, 9; right for all. */
void ek_depthwise_weight_gradient_f32(ek_isa isa, const ek_depthwise_shape *shape, const float *x,
                                      const float *dy, int64_t first_row, int64_t end_row,
                                      float *dw);

/* ---- products and sums over rows -------------------------------------------------------------- */

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

/* y[j] = sum over rows of x[i,j], or y[j] += it with `accumulate`; chunks of 256 rows are summed
 * first. The sums of a column don't depend on the others. */
void ek_sum_rows_f32(ek_isa isa, int64_t rows, int64_t columns, const float *x, int64_t x_stride,
                     int accumulate, float *y);

/* The sum of all elements, rounded once in a few thousand of them. */
void ek_sum_f32(ek_isa isa, int64_t rows, int64_t columns, const float *x, int64_t x_stride,
                float *sum);

/* ---- normalization, attention, pooling ----------------------------------------------------- */

/* y = (x - mean) / sqrt(variance + epsilon) * weight + bias, per row; variance is the biased one.
 * `weight`, `bias` may be null. `y` may be `x`. */
void ek_layer_norm_f32(ek_isa isa, int64_t rows, int64_t columns, const float *x, int64_t x_stride,
                       const float *weight, const float *bias, float epsilon, float *y,
                       int64_t y_stride);

/* y = softmax(x) per row, with the row's maximum subtracted. `y` may be `x`. */
void ek_softmax_f32(ek_isa isa, int64_t rows, int64_t columns, const float *x, int64_t x_stride,
                    float *y, int64_t y_stride);

/* Cross-covariance attention of one head (EdgeNeXt, XCA). q, k, v: tokens x width, all with
 * `stride`. With q' and k' scaled to unit length along the tokens (denominator max(norm, 1e-12)):
 *   S = softmax over j of temperature * sum_t q'[t,i] k'[t,j]   (width x width)
 *   y[t,i] = sum_j S[i,j] v[t,j]
 * `scratch`: ek_xca_scratch_count(isa, width) floats. */
int64_t ek_xca_scratch_count(ek_isa isa, int64_t width);
void ek_xca_f32(ek_isa isa, int64_t tokens, int64_t width, const float *q, const float *k,
                const float *v, int64_t stride, float temperature, float *y, int64_t y_stride,
                float *scratch);

/* y[j] = mean over rows of x[i,j]. rows >= 1. */
void ek_mean_rows_f32(ek_isa isa, int64_t rows, int64_t columns, const float *x, int64_t x_stride,
                      float *y);

/* ---- element by element --------------------------------------------------------------------- */

/* y[i,j] = a[i,j] + b[i,j]; `y` may be `a` or `b`. A stride of 0 repeats one row. */
void ek_add_f32(ek_isa isa, int64_t rows, int64_t columns, const float *a, int64_t a_stride,
                const float *b, int64_t b_stride, float *y, int64_t y_stride);
/* y[i,j] = a[i,j] * b[i,j]; likewise. */
void ek_multiply_f32(ek_isa isa, int64_t rows, int64_t columns, const float *a, int64_t a_stride,
                     const float *b, int64_t b_stride, float *y, int64_t y_stride);
/* y[i,j] = activation(x[i,j] * scale[j] + shift[j]); `y` may be `x`; null scale is 1, null shift 0.
 * GELU is the exact one (erf); its error against float64 is at most 3e-7 * max(1, |x|). */
void ek_scale_shift_f32(ek_isa isa, int64_t rows, int64_t columns, const float *x,
                        int64_t x_stride, const float *scale, const float *shift,
                        ek_activation activation, float *y, int64_t y_stride);
/* y[i,j] = x[i,j] * factor + term; `y` may be `x`. A stride of 0 repeats one row. */
void ek_affine_f32(ek_isa isa, int64_t rows, int64_t columns, float factor, float term,
                   const float *x, int64_t x_stride, float *y, int64_t y_stride);
/* y[i, first_column + j] = x[i,j]; zero in the other columns of y. */
void ek_embed_f32(int64_t rows, int64_t columns, const float *x, int64_t x_stride,
                  int64_t first_column, int64_t y_columns, float *y, int64_t y_stride);
/* y[i,j] = x[i,j]; the arrays don't overlap. */
void ek_copy_f32(int64_t rows, int64_t columns, const float *x, int64_t x_stride, float *y,
                 int64_t y_stride);

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
/* y[j,i] = x[i,j]; the arrays don't overlap. Strides may be negative. */
void ek_transpose_f32(int64_t rows, int64_t columns, const float *x, int64_t x_stride, float *y,
                      int64_t y_stride);
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

/* dx[i,j] = dy[i,j] * activation'(x[i,j]); `dx` may be `dy` or `x`. GELU's derivative is that of
 * the exact one; its error against float64 is at most 3e-7. */
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

/* ---- the machine ----------------------------------------------------------------------------- */

/* Runs `iterations` rounds of independent multiply-adds in registers and returns how many floating
 * point operations that was; the caller takes the time. `sink` keeps the compiler honest. */
double ek_peak_flops(ek_isa isa, int64_t iterations, float *sink);

/* Tells the processor that the thread is waiting in a loop. */
static inline void ek_pause(void) {
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ volatile("yield");
#endif
}

#endif
