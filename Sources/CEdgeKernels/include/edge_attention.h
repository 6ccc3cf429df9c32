/* CPU kernels for attention among the tokens of an image and for changing its size; the conventions
 * are those of edge_kernels.h. */
#ifndef EDGE_ATTENTION_H
#define EDGE_ATTENTION_H

#include "edge_kernels.h"

/* ---- softmax attention ---------------------------------------------------------------------- */

/* Where tokens lie: token t is t / columns * row_stride + t % columns * stride floats after the
 * first. Tokens that follow each other evenly are one row; those at the same offset in the patches
 * of an image are a grid with gaps. */
typedef struct {
  int64_t columns; /* at least 1 */
  int64_t stride;
  int64_t row_stride;
} ek_token_grid;

/* One head of tokens that attend to each other: q, k and v are tokens x width, all on one grid. */
typedef struct {
  int64_t tokens, width;
  float scale; /* of the scores; positive */
  const float *q, *k, *v;
  ek_token_grid grid;
} ek_attention_head;

/* Queries that are computed together: what work is best split by. */
#define EK_ATTENTION_QUERIES 32

/* With S = softmax over j of scale * sum_p q[i,p] k[j,p], the row's maximum subtracted:
 *   y[i,p] = sum_j S[i,j] v[j,p]   for queries first <= i < end.
 * The result of a query doesn't depend on the range. `y` is the first token's.
 * `scratch`: ek_softmax_attention_scratch_count(isa, tokens, width) floats. */
int64_t ek_softmax_attention_scratch_count(ek_isa isa, int64_t tokens, int64_t width);
void ek_softmax_attention_f32(ek_isa isa, const ek_attention_head *head, int64_t first,
                              int64_t end, float *y, const ek_token_grid *y_grid,
                              float *scratch);

/* The derivatives, S being computed anew: dv = S^T dy; dS = dy v^T;
 * dL = scale S (dS - sum over j of S dS); dq = dL k; dk = dL^T q.
 * `dq`, `dk`, `dv`: tokens x width on one grid; they overlap no input.
 * `scratch`: ek_softmax_attention_gradient_scratch_count(isa, tokens, width) floats. */
int64_t ek_softmax_attention_gradient_scratch_count(ek_isa isa, int64_t tokens, int64_t width);
void ek_softmax_attention_gradient_f32(ek_isa isa, const ek_attention_head *head, const float *dy,
                                       const ek_token_grid *dy_grid, float *dq, float *dk,
                                       float *dv, const ek_token_grid *d_grid, float *scratch);

/* ---- changing the size of an image ------------------------------------------------------------ */

/* One row of a depthwise transposed convolution whose kernel is as wide as its stride:
 *   y[x * stride + kx, c] = bias[c] + x[x, c] * weights[kx * channels + c]
 * for `pixels` pixels x; the weights are those of one row of the kernel. */
void ek_depthwise_transposed_f32(ek_isa isa, int64_t pixels, int64_t channels, int64_t stride,
                                 const float *x, int64_t x_stride, const float *weights,
                                 const float *bias, float *y, int64_t y_stride);

/* What one place of a resized axis is made of: (1 - share) x[first] + share x[second]. */
typedef struct {
  int64_t first, second;
  float share;
} ek_linear_tap;

/* One row of a bilinearly resized image: with r[i, c] = (1 - share) top[i, c] + share bottom[i, c],
 *   y[i, c] = (1 - taps[i].share) r[taps[i].first, c] + taps[i].share r[taps[i].second, c]
 * for `pixels` pixels i, of rows of `width` pixels. `scratch`: width * channels floats. */
void ek_resize_row_f32(ek_isa isa, int64_t width, int64_t pixels, int64_t channels,
                       const ek_linear_tap *taps, float share, const float *top,
                       const float *bottom, int64_t x_stride, float *y, int64_t y_stride,
                       float *scratch);
/* The way back to one row of the image: adds dy[i, c] share (1 - taps[i].share) to pixel
 * taps[i].first of dx and dy[i, c] share taps[i].share to pixel taps[i].second, in the order of
 * i. */
void ek_resize_row_gradient_f32(ek_isa isa, int64_t pixels, int64_t channels,
                                const ek_linear_tap *taps, float share, const float *dy,
                                int64_t dy_stride, float *dx, int64_t dx_stride);

#endif
