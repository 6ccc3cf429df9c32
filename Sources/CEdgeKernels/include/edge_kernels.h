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

/* x itself; x Phi(x), exact (erf); x clamp(x + 3, 0, 6) / 6; x sigmoid(x); max(x, 0);
 * clamp(x, 0, 6); clamp(x + 3, 0, 6) / 6; 1 / (1 + exp(-x)). NaN stays NaN. The error against
 * float64 is at most 3e-7 * max(1, |x|). */
typedef enum {
  EK_IDENTITY = 0,
  EK_GELU = 1,
  EK_HARDSWISH = 2,
  EK_SILU = 3,
  EK_RELU = 4,
  EK_RELU6 = 5,
  EK_HARDSIGMOID = 6,
  EK_SIGMOID = 7
} ek_activation;

/* What happens to a product p[i,j] on its way out:
 *   c[i,j] = residual[i,j] + scale[j] * activation(p[i,j] + bias[j])
 * or, with `activates_sum`,
 *   c[i,j] = activation(residual[i,j] + scale[j] * (p[i,j] + bias[j]))
 * Null pointers leave their term out. `residual` may be `c` itself. */
typedef struct {
  const float *bias;
  ek_activation activation;
  const float *scale;
  const float *residual;
  int64_t residual_stride;
  int activates_sum;
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
  int64_t planes; /* at least 1: images, each with weights of its own, whose results are summed */
  int64_t plane_stride; /* floats between them */
} ek_depthwise_shape;

/* One image: y[oy, ox, c] = activation(bias[c] + sum over planes and (ky, kx) of
 *   x[plane, oy * stride - padding_top + ky * dilation, ox * stride - padding_left + kx * dilation,
 *     c] * weights[((plane * kernel_height + ky) * kernel_width + kx) * channels + c]),
 * zero outside the image, for output rows first_row..<end_row. `bias` may be null. Fast for
 * kernels 1, 3, 5, 7, 9 of stride 1, dilated too if the output is at least four times as wide as the
 * dilation, and for undilated 3, 5 of stride 2; right for all. */
void ek_depthwise_f32(ek_isa isa, const ek_depthwise_shape *shape, const float *x,
                      const float *weights, const float *bias, ek_activation activation,
                      int64_t first_row, int64_t end_row, float *y);

/* ---- convolution in groups -----------------------------------------------------------------
 *
 * A group has `inputs` channels of the image and `outputs` of the result, side by side. The shape's
 * `channels` are the groups, its strides those of whole pixels, its planes 1. It is done as
 * inputs * outputs depthwise convolutions of planes, the p-th channels of all groups, band by band of
 * rows. Weights are [output of the group, its input, ky, kx, group], which is the transpose of [out,
 * in / groups, kh, kw] as a matrix of a row for each group; the bias is [output of the group, group].
 * `scratch`: ek_grouped_scratch_count floats. */

int64_t ek_grouped_scratch_count(const ek_depthwise_shape *shape, int64_t inputs, int64_t outputs);
/* The convolution of one image, as ek_depthwise_f32. */
void ek_grouped_f32(ek_isa isa, const ek_depthwise_shape *shape, int64_t inputs, int64_t outputs,
                    const float *x, const float *weights, const float *bias,
                    ek_activation activation, int64_t first_row, int64_t end_row, float *y,
                    float *scratch);
/* ---- circular depthwise convolution --------------------------------------------------------
 *
 * A line is a row or a column of an image: `extent` pixels. Each channel has taps of its own, at
 * most as many as there are pixels. */

typedef struct {
  int64_t extent; /* at least 1 */
  int64_t channels;
  int64_t input_line_stride, input_pixel_stride; /* floats between lines, and within one */
  int64_t output_line_stride, output_pixel_stride;
} ek_circular_shape;

/* Rows of prepared taps, of as many floats as there are channels. */
int64_t ek_circular_tap_rows(int64_t extent);
/* Prepares taps[c, t] for lines of `extent` pixels; `backward` for the derivative of the input.
 * prepared_stride: floats between the rows. */
void ek_circular_prepare_f32(int64_t extent, int64_t taps, int64_t channels, const float *weights,
                             int backward, float *prepared, int64_t prepared_stride);

/* y[line, i, c] = bias[c] + sum over t of weights[c, t] * x[line, (i + t) mod extent, c] for lines
 * first_line..<end_line; backward (i - t) mod extent. `bias` may be null. Even extents from 10 on
 * take two convolutions of half the extent, of the sums and the differences of the line's halves.
 * `scratch`: ek_circular_scratch_count(extent) floats. */
int64_t ek_circular_scratch_count(int64_t extent);
void ek_circular_f32(ek_isa isa, const ek_circular_shape *shape, const float *x,
                     const float *prepared, const float *bias, int64_t first_line,
                     int64_t end_line, float *y, float *scratch);
/* ---- sums -------------------------------------------------------------------------------- */

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

/* y[i] = the first j with the largest x[i,j], which nothing that is not a number is; 0 where there is
 * none. */
void ek_argmax_f32(ek_isa isa, int64_t rows, int64_t columns, const float *x, int64_t x_stride,
                   float *y);

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

typedef struct {
  int64_t height, width, channels; /* of the input */
  int64_t input_pixel_stride;      /* floats between pixels; rows are width pixels */
  int64_t output_height, output_width;
  int64_t output_pixel_stride;
  int64_t size, stride, padding; /* of the square windows; padding is at most size / 2 */
} ek_pool_shape;

/* One image: y[oy, ox, c] = the largest x of channel c in the part of the window inside the image,
 * which begins at row oy * stride - padding and column ox * stride - padding; NaN where there is
 * one. For output rows first_row..<end_row. */
void ek_max_pool_f32(ek_isa isa, const ek_pool_shape *shape, const float *x, int64_t first_row,
                     int64_t end_row, float *y);

/* ---- element by element --------------------------------------------------------------------- */

/* y[i,j] = a[i,j] + b[i,j]; `y` may be `a` or `b`. A stride of 0 repeats one row. */
void ek_add_f32(ek_isa isa, int64_t rows, int64_t columns, const float *a, int64_t a_stride,
                const float *b, int64_t b_stride, float *y, int64_t y_stride);
/* y[i,j] = a[i,j] * b[i,j]; likewise. */
void ek_multiply_f32(ek_isa isa, int64_t rows, int64_t columns, const float *a, int64_t a_stride,
                     const float *b, int64_t b_stride, float *y, int64_t y_stride);
/* y[i,j] = a[i,j] * b[i,j] + c[i,j]; `y` may be any of them. */
void ek_multiply_add_f32(ek_isa isa, int64_t rows, int64_t columns, const float *a,
                         int64_t a_stride, const float *b, int64_t b_stride, const float *c,
                         int64_t c_stride, float *y, int64_t y_stride);
/* y[i,j] = activation(x[i,j] * scale[j] + shift[j]); `y` may be `x`; null scale is 1, null shift
 * 0. */
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
/* y[j,i] = x[i,j]; the arrays don't overlap. Strides may be negative. */
void ek_transpose_f32(int64_t rows, int64_t columns, const float *x, int64_t x_stride, float *y,
                      int64_t y_stride);

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
