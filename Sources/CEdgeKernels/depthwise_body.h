#include "activation_body.h"

/* Vectors run over channels; PIXELS neighbouring outputs of a row are summed in registers, so an
 * input vector is loaded once for all outputs that it reaches, and a weight once for all pixels.
 * At the border, inputs outside are skipped one by one: the rest is as fast as inside. */

/* One vector of channels of `pixels` outputs, the dilation apart; kernel rows [0, kernel_rows) are
 * inside the image and x, w point at the first of them. `column`: the input column of x, maybe
 * outside. */
INLINE void NAME(depthwise_pixels)(const int kernel, const int stride, const int pixels,
                                   const int several, const int64_t dilation, const int border,
                                   const ek_depthwise_shape *s, const float *x_plane,
                                   int64_t column, int64_t kernel_rows, const float *w_plane,
                                   vf bias, float *y) {
  vf sum[8];
  UNROLL for (int p = 0; p < pixels; p++) sum[p] = bias;
  const int64_t pixel = dilation * s->input_pixel_stride;
  for (int64_t plane = 0; plane < (several ? s->planes : 1); plane++) {
    const float *x = x_plane, *w = w_plane;
    KEEP_ROLLED for (int64_t ky = 0; ky < kernel_rows; ky++) {
      vf weight[9];
      UNROLL for (int kx = 0; kx < kernel; kx++) weight[kx] = vload(w + kx * s->channels);
      UNROLL for (int i = 0; i < (pixels - 1) * stride + kernel; i++) {
        if (border && (uint64_t)(column + i * dilation) >= (uint64_t)s->width) continue;
        vf input = vload(x + i * pixel);
        UNROLL for (int p = 0; p < pixels; p++) {
          const int kx = i - p * stride;
          if (kx >= 0 && kx < kernel) sum[p] = vfma(input, weight[kx], sum[p]);
        }
      }
      x += s->width * pixel; /* as many rows as the taps are apart */
      w += kernel * s->channels;
    }
    x_plane += s->plane_stride;
    w_plane += kernel * kernel * s->channels;
  }
  const int64_t output_pixel = dilation * s->output_pixel_stride;
  UNROLL for (int p = 0; p < pixels; p++) vstore(y + p * output_pixel, sum[p]);
}

/* One vector of channels of one output row, in blocks of `pixels`; the last block overlaps the one
 * before it instead of being cut. With a dilation d (of stride 1) every d-th output is one of an
 * undilated convolution of every d-th pixel: they are done from each of the first d. */
INLINE void NAME(depthwise_row)(const int kernel, const int stride, const int pixels,
                                const int several, const int64_t dilation,
                                const ek_depthwise_shape *s, const float *x, const float *w,
                                vf bias, int64_t oy, float *y) {
  const int64_t top = oy * stride - s->padding_top;
  int64_t first, end;
  ek_taps_inside(top, s->height, kernel, dilation, &first, &end);
  x += (top + first * dilation) * s->width * s->input_pixel_stride;
  w += first * kernel * s->channels;
  const int64_t reach = (pixels - 1) * stride + (kernel - 1);
  for (int64_t phase = 0; phase < dilation; phase++) {
    const int64_t outputs = (s->output_width - phase - 1) / dilation + 1;
    for (int64_t block = 0; block < outputs; block += pixels) {
      const int64_t ox = phase + ek_smaller(block, outputs - pixels) * dilation;
      const int64_t column = ox * stride - s->padding_left;
      const float *from = x + column * s->input_pixel_stride;
      float *to = y + ox * s->output_pixel_stride;
      if (column >= 0 && column + reach * dilation < s->width) {
        NAME(depthwise_pixels)(kernel, stride, pixels, several, dilation, 0, s, from, column,
                               end - first, w, bias, to);
      } else {
        NAME(depthwise_pixels)(kernel, stride, pixels, several, dilation, 1, s, from, column,
                               end - first, w, bias, to);
      }
    }
  }
}

/* Some channels of the pixels of a row, activated where they are: the sums are still in the
 * first-level cache, and the code for it exists once. */
static __attribute__((noinline)) void NAME(activate_row)(ek_activation activation, int64_t pixels,
                                                         int64_t channels, int64_t stride,
                                                         float *y) {
  for (; pixels > 0; pixels--, y += stride) {
    int64_t c = 0;
    for (; c + VW <= channels; c += VW) vstore(y + c, NAME(activate)(activation, vload(y + c)));
    const int64_t rest = channels - c;
    if (rest > 0)
      vstore_part(y + c, NAME(activate)(activation, vload_part(y + c, rest)), rest);
  }
}

/* Bands of rows, so that one vector of channels of a band stays in the first-level cache. */
INLINE void NAME(depthwise_bands)(const int kernel, const int stride, const int pixels,
                                  const int several, const int64_t dilation,
                                  const ek_depthwise_shape *s, const float *x,
                                  const float *weights, const float *bias,
                                  ek_activation activation, int64_t first_row, int64_t end_row,
                                  float *y) {
  const int64_t row_floats = s->output_width * s->output_pixel_stride;
  const int64_t input_rows = BAND_FLOATS / (s->width * s->planes * VW);
  const int64_t band = ek_larger(1, (input_rows - (kernel - 1) * dilation - 1) / stride + 1);
  for (int64_t row = first_row; row < end_row; row += band) {
    const int64_t end = ek_smaller(row + band, end_row);
    for (int64_t block = 0; block < s->channels; block += VW) {
      const int64_t c = ek_smaller(block, s->channels - VW);
      vf start = bias ? vload(bias + c) : (vf)0.0f;
      for (int64_t oy = row; oy < end; oy++) {
        float *to = y + oy * row_floats + c;
        NAME(depthwise_row)(kernel, stride, pixels, several, dilation, s, x + c, weights + c,
                            start, oy, to);
        if (activation != EK_IDENTITY)
          NAME(activate_row)(activation, s->output_width, VW, s->output_pixel_stride, to);
      }
    }
  }
}

/* Any kernel, stride and dilation: pixel by pixel, `vectors` vectors of channels at once. */
INLINE void NAME(depthwise_any)(const int vectors, int64_t channels, const ek_depthwise_shape *s,
                                const float *x, const float *weights, const float *bias,
                                int64_t oy, int64_t ox, float *y) {
  vf sum[4];
  UNROLL for (int v = 0; v < vectors; v++) {
    sum[v] = (vf)0.0f;
    if (bias) sum[v] = channels < VW ? vload_part(bias, channels) : vload(bias + v * VW);
  }
  for (int64_t plane = 0; plane < s->planes; plane++) {
    for (int64_t ky = 0; ky < s->kernel_height; ky++) {
      const int64_t iy = oy * s->stride - s->padding_top + ky * s->dilation;
      for (int64_t kx = 0; kx < s->kernel_width; kx++, weights += s->channels) {
        const int64_t ix = ox * s->stride - s->padding_left + kx * s->dilation;
        if (iy < 0 || iy >= s->height || ix < 0 || ix >= s->width) continue;
        const float *from = x + (iy * s->width + ix) * s->input_pixel_stride;
        UNROLL for (int v = 0; v < vectors; v++) {
          vf input = channels < VW ? vload_part(from, channels) : vload(from + v * VW);
          vf weight = channels < VW ? vload_part(weights, channels) : vload(weights + v * VW);
          sum[v] = vfma(input, weight, sum[v]);
        }
      }
    }
    x += s->plane_stride;
  }
  UNROLL for (int v = 0; v < vectors; v++) {
    if (channels < VW) vstore_part(y, sum[v], channels);
    else vstore(y + v * VW, sum[v]);
  }
}

static void NAME(depthwise_generic)(const ek_depthwise_shape *s, const float *x,
                                    const float *weights, const float *bias,
                                    ek_activation activation, int64_t first_row, int64_t end_row,
                                    float *y) {
  for (int64_t oy = first_row; oy < end_row; oy++) {
    float *row = y + oy * s->output_width * s->output_pixel_stride;
    for (int64_t ox = 0; ox < s->output_width; ox++) {
      float *to = row + ox * s->output_pixel_stride;
      int64_t c = 0;
      for (; c + 4 * VW <= s->channels; c += 4 * VW)
        NAME(depthwise_any)(4, VW, s, x + c, weights + c, bias ? bias + c : bias, oy, ox, to + c);
      for (; c + VW <= s->channels; c += VW)
        NAME(depthwise_any)(1, VW, s, x + c, weights + c, bias ? bias + c : bias, oy, ox, to + c);
      if (c < s->channels)
        NAME(depthwise_any)(1, s->channels - c, s, x + c, weights + c, bias ? bias + c : bias, oy,
                            ox, to + c);
    }
    if (activation != EK_IDENTITY)
      NAME(activate_row)(activation, s->output_width, s->channels, s->output_pixel_stride, row);
  }
}

#define BANDS(size, stride, pixels, several, dilation)                                          \
  NAME(depthwise_bands)(size, stride, pixels, several, dilation, s, x, weights, bias,           \
                        activation, first_row, end_row, y)
#define FUNCTION(name, size, stride, several, dilation)                                         \
  static void NAME(name)(const ek_depthwise_shape *s, const float *x, const float *weights,     \
                         const float *bias, ek_activation activation, int64_t first_row,        \
                         int64_t end_row, float *y) {                                           \
    if (s->output_width >= 8 * (dilation)) {                                                    \
      BANDS(size, stride, 8, several, dilation);                                                \
    } else {                                                                                    \
      BANDS(size, stride, 4, several, dilation);                                                \
    }                                                                                           \
  }
#define KERNEL(size, stride, several) \
  FUNCTION(depthwise_##size##_##stride##_##several, size, stride, several, 1)
#define DILATED(size) FUNCTION(dilated_##size, size, 1, 1, s->dilation)
KERNEL(1, 1, 0) KERNEL(3, 1, 0) KERNEL(5, 1, 0) KERNEL(7, 1, 0) KERNEL(9, 1, 0) KERNEL(3, 2, 0)
KERNEL(5, 2, 0) KERNEL(1, 1, 1) KERNEL(3, 1, 1)
DILATED(3) DILATED(5) DILATED(7) DILATED(9)
#undef DILATED
#undef KERNEL
#undef FUNCTION
#undef BANDS

typedef void NAME(depthwise_kernel)(const ek_depthwise_shape *, const float *x,
                                    const float *weights, const float *bias,
                                    ek_activation activation, int64_t first_row, int64_t end_row,
                                    float *y);

/* A kernel made for this shape; null where there is none. */
static NAME(depthwise_kernel) *NAME(fast_depthwise)(const ek_depthwise_shape *s) {
  static NAME(depthwise_kernel) *const single[2][10] = {
      {[1] = NAME(depthwise_1_1_0), [3] = NAME(depthwise_3_1_0), [5] = NAME(depthwise_5_1_0),
       [7] = NAME(depthwise_7_1_0), [9] = NAME(depthwise_9_1_0)},
      {[3] = NAME(depthwise_3_2_0), [5] = NAME(depthwise_5_2_0)},
  };
  static NAME(depthwise_kernel) *const several[2][10] = {
      {[1] = NAME(depthwise_1_1_1), [3] = NAME(depthwise_3_1_1)},
  };
  static NAME(depthwise_kernel) *const dilated[10] = {
      [3] = NAME(dilated_3), [5] = NAME(dilated_5), [7] = NAME(dilated_7), [9] = NAME(dilated_9)};
  const int64_t size = s->kernel_width;
  if (s->kernel_height != size || size > 9 || s->stride > 2) return 0;
  if (s->channels < VW || s->output_width < 4 * s->dilation) return 0;
  if (s->dilation > 1) return s->stride == 1 ? dilated[size] : 0;
  return (s->planes > 1 ? several : single)[s->stride - 1][size];
}

static void NAME(depthwise)(const ek_depthwise_shape *s, const float *x, const float *weights,
                            const float *bias, ek_activation activation, int64_t first_row,
                            int64_t end_row, float *y) {
  NAME(depthwise_kernel) *kernel = NAME(fast_depthwise)(s);
  if (!kernel) kernel = NAME(depthwise_generic);
  kernel(s, x, weights, bias, activation, first_row, end_row, y);
}
