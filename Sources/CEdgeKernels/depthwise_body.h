/* Vectors run over channels; PIXELS neighbouring outputs of a row are summed in registers, so an
 * input vector is loaded once for all outputs that it reaches, and a weight once for all pixels.
 * At the border, inputs outside are skipped one by one: the rest is as fast as inside. */

/* One vector of channels of `pixels` outputs; kernel rows [0, kernel_rows) are inside the image and
 * x, w point at the first of them. `column`: the input column of x, maybe outside. */
INLINE void NAME(depthwise_pixels)(const int kernel, const int pixels, const int border,
                                   const ek_depthwise_shape *s, const float *x, int64_t column,
                                   int64_t kernel_rows, const float *w, vf bias, float *y) {
  vf sum[8];
  UNROLL for (int p = 0; p < pixels; p++) sum[p] = bias;
  const int64_t pixel = s->input_pixel_stride;
  KEEP_ROLLED for (int64_t ky = 0; ky < kernel_rows; ky++) {
    vf weight[9];
    UNROLL for (int kx = 0; kx < kernel; kx++) weight[kx] = vload(w + kx * s->channels);
    UNROLL for (int i = 0; i < pixels + kernel - 1; i++) {
      if (border && (uint64_t)(column + i) >= (uint64_t)s->width) continue;
      vf input = vload(x + i * pixel);
      UNROLL for (int p = 0; p < pixels; p++) {
        if (i - p >= 0 && i - p < kernel) sum[p] = vfma(input, weight[i - p], sum[p]);
      }
    }
    x += s->width * pixel;
    w += kernel * s->channels;
  }
  UNROLL for (int p = 0; p < pixels; p++) vstore(y + p * s->output_pixel_stride, sum[p]);
}

/* One vector of channels of one output row, in blocks of `pixels`; the last block overlaps the one
 * before it instead of being cut. */
INLINE void NAME(depthwise_row)(const int kernel, const int pixels, const ek_depthwise_shape *s,
                                const float *x, const float *w, vf bias, int64_t oy, float *y) {
  const int64_t top = oy - s->padding_top;
  const int64_t first = ek_larger(0, -top), end = ek_smaller(kernel, s->height - top);
  const int64_t kernel_rows = ek_larger(0, end - first);
  x += (top + first) * s->width * s->input_pixel_stride;
  w += first * kernel * s->channels;
  for (int64_t block = 0; block < s->output_width; block += pixels) {
    int64_t ox = ek_smaller(block, s->output_width - pixels);
    int64_t column = ox - s->padding_left;
    const float *from = x + column * s->input_pixel_stride;
    float *to = y + ox * s->output_pixel_stride;
    if (column >= 0 && column + pixels + kernel - 1 <= s->width) {
      NAME(depthwise_pixels)(kernel, pixels, 0, s, from, column, kernel_rows, w, bias, to);
    } else {
      NAME(depthwise_pixels)(kernel, pixels, 1, s, from, column, kernel_rows, w, bias, to);
    }
  }
}

/* Bands of rows, so that one vector of channels of a band stays in the first-level cache. */
INLINE void NAME(depthwise_bands)(const int kernel, const int pixels, const ek_depthwise_shape *s,
                                  const float *x, const float *weights, const float *bias,
                                  int64_t first_row, int64_t end_row, float *y) {
  const int64_t row_floats = s->output_width * s->output_pixel_stride;
  const int64_t band = ek_larger(1, BAND_FLOATS / (s->width * VW) - kernel + 1);
  for (int64_t row = first_row; row < end_row; row += band) {
    const int64_t end = ek_smaller(row + band, end_row);
    for (int64_t block = 0; block < s->channels; block += VW) {
      const int64_t c = ek_smaller(block, s->channels - VW);
      vf start = bias ? vload(bias + c) : (vf)0.0f;
      for (int64_t oy = row; oy < end; oy++)
        NAME(depthwise_row)(kernel, pixels, s, x + c, weights + c, start, oy,
                            y + oy * row_floats + c);
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
  for (int64_t ky = 0; ky < s->kernel_height; ky++) {
    const int64_t iy = oy * s->stride - s->padding_top + ky * s->dilation;
    if (iy < 0 || iy >= s->height) continue;
    for (int64_t kx = 0; kx < s->kernel_width; kx++) {
      const int64_t ix = ox * s->stride - s->padding_left + kx * s->dilation;
      if (ix < 0 || ix >= s->width) continue;
      const float *from = x + (iy * s->width + ix) * s->input_pixel_stride;
      const float *w = weights + (ky * s->kernel_width + kx) * s->channels;
      UNROLL for (int v = 0; v < vectors; v++) {
        vf input = channels < VW ? vload_part(from, channels) : vload(from + v * VW);
        vf weight = channels < VW ? vload_part(w, channels) : vload(w + v * VW);
        sum[v] = vfma(input, weight, sum[v]);
      }
    }
  }
  UNROLL for (int v = 0; v < vectors; v++) {
    if (channels < VW) vstore_part(y, sum[v], channels);
    else vstore(y + v * VW, sum[v]);
  }
}

static void NAME(depthwise_generic)(const ek_depthwise_shape *s, const float *x,
                                    const float *weights, const float *bias, int64_t first_row,
                                    int64_t end_row, float *y) {
  for (int64_t oy = first_row; oy < end_row; oy++) {
    for (int64_t ox = 0; ox < s->output_width; ox++) {
      float *to = y + (oy * s->output_width + ox) * s->output_pixel_stride;
      int64_t c = 0;
      for (; c + 4 * VW <= s->channels; c += 4 * VW)
        NAME(depthwise_any)(4, VW, s, x + c, weights + c, bias ? bias + c : bias, oy, ox, to + c);
      for (; c + VW <= s->channels; c += VW)
        NAME(depthwise_any)(1, VW, s, x + c, weights + c, bias ? bias + c : bias, oy, ox, to + c);
      if (c < s->channels)
        NAME(depthwise_any)(1, s->channels - c, s, x + c, weights + c, bias ? bias + c : bias, oy,
                            ox, to + c);
    }
  }
}

#define KERNEL(size)                                                                            \
  static void NAME(depthwise_##size)(const ek_depthwise_shape *s, const float *x,               \
                                     const float *weights, const float *bias, int64_t first_row, \
                                     int64_t end_row, float *y) {                               \
    if (s->output_width >= 8) {                                                                 \
      NAME(depthwise_bands)(size, 8, s, x, weights, bias, first_row, end_row, y);               \
    } else {                                                                                    \
      NAME(depthwise_bands)(size, 4, s, x, weights, bias, first_row, end_row, y);               \
    }                                                                                           \
  }
KERNEL(3) KERNEL(5) KERNEL(7) KERNEL(9)
#undef KERNEL

static void NAME(depthwise)(const ek_depthwise_shape *s, const float *x, const float *weights,
                            const float *bias, int64_t first_row, int64_t end_row, float *y) {
  const int plain = s->stride == 1 && s->dilation == 1 && s->kernel_height == s->kernel_width;
  if (plain && s->channels >= VW && s->output_width >= 4) {
    switch (s->kernel_width) {
      case 3:
        NAME(depthwise_3)(s, x, weights, bias, first_row, end_row, y);
        return;
      case 5:
        NAME(depthwise_5)(s, x, weights, bias, first_row, end_row, y);
        return;
      case 7:
        NAME(depthwise_7)(s, x, weights, bias, first_row, end_row, y);
        return;
      case 9:
        NAME(depthwise_9)(s, x, weights, bias, first_row, end_row, y);
        return;
      default:
        break;
    }
  }
  NAME(depthwise_generic)(s, x, weights, bias, first_row, end_row, y);
}
