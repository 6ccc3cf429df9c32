/* ---- of the taps --------------------------------------------------------------------------------
 * The sums of a few taps of one vector of channels stay in registers over a band of rows. Blocks of
 * neighbouring outputs are taken at once, so that an input vector is loaded once for all of them
 * that it reaches. */

/* Kernel rows whose sums are kept at once: enough sums to hide the latency of the multiply-adds. */
#define TAP_ROWS(kernel) ((kernel) == 3 ? 3 : 1)
#define PIXELS 4

/* Adds what `pixels` outputs, the dilation apart, contribute to kernel rows [first, end) of those that
 * are summed. */
INLINE void NAME(add_pixels)(const int kernel, const int stride, const int64_t dilation,
                             const int pixels, const int border, const ek_depthwise_shape *s, const float *x,
                             int64_t column, int64_t first, int64_t end, const float *dy,
                             vf sum[TAP_ROWS(3)][9]) {
  const int64_t pixel = dilation * s->input_pixel_stride;
  const int64_t output_pixel = dilation * s->output_pixel_stride;
  vf gradient[PIXELS];
  UNROLL for (int p = 0; p < pixels; p++) gradient[p] = vload(dy + p * output_pixel);
  UNROLL for (int ky = 0; ky < TAP_ROWS(kernel); ky++) {
    if (ky < first || ky >= end) continue;
    const float *row = x + ky * s->width * pixel;
    UNROLL for (int i = 0; i < (pixels - 1) * stride + kernel; i++) {
      if (border && (uint64_t)(column + i * dilation) >= (uint64_t)s->width) continue;
      vf input = vload(row + i * pixel);
      UNROLL for (int p = 0; p < pixels; p++) {
        const int kx = i - p * stride;
        if (kx >= 0 && kx < kernel) sum[ky][kx] = vfma(input, gradient[p], sum[ky][kx]);
      }
    }
  }
}

/* One vector of channels of one output row, for kernel rows from `tap_row` on. Outputs that are the
 * dilation apart (of stride 1) read the same pixels; they are done from each of the first on. */
INLINE void NAME(add_row)(const int kernel, const int stride, const int64_t dilation,
                          const ek_depthwise_shape *s, const float *x, int64_t tap_row, int64_t oy, const float *dy,
                          vf sum[TAP_ROWS(3)][9]) {
  const int64_t top = oy * stride - s->padding_top + tap_row * dilation;
  int64_t first, end;
  ek_taps_inside(top, s->height, TAP_ROWS(kernel), dilation, &first, &end);
  if (first >= end) return;
  const int64_t pixel = s->input_pixel_stride;
  const int64_t reach = (PIXELS - 1) * stride + (kernel - 1);
  x += top * s->width * pixel;
  for (int64_t phase = 0; phase < dilation; phase++) {
    int64_t ox = phase;
    while (ox < s->output_width) {
      const int64_t column = ox * stride - s->padding_left;
      const float *from = x + column * pixel, *gradient = dy + ox * s->output_pixel_stride;
      const int several = ox + (PIXELS - 1) * dilation < s->output_width;
      const int inside = column >= 0 && column + reach * dilation < s->width;
      if (several && inside) {
        NAME(add_pixels)(kernel, stride, dilation, PIXELS, 0, s, from, column, first, end,
                         gradient, sum);
      } else if (several) {
        NAME(add_pixels)(kernel, stride, dilation, PIXELS, 1, s, from, column, first, end,
                         gradient, sum);
      } else {
        NAME(add_pixels)(kernel, stride, dilation, 1, 1, s, from, column, first, end, gradient,
                         sum);
      }
      ox += several ? PIXELS * dilation : dilation;
    }
  }
}

/* Adds lanes from `skipped` on. */
INLINE void NAME(add_lanes)(float *y, vf value, int64_t skipped) {
  if (skipped == 0) {
    vstore(y, vload(y) + value);
    return;
  }
  float lanes[VW];
  vstore(lanes, value);
  for (int64_t lane = skipped; lane < VW; lane++) y[lane] += lanes[lane];
}

/* Bands of rows, so that one vector of channels of a band stays in the first-level cache. The last
 * vector of channels overlaps the one before it, and adds only the lanes that are new. */
INLINE void NAME(taps_of_bands)(const int kernel, const int stride, const int64_t dilation,
                                const ek_depthwise_shape *s, const float *x, const float *dy,
                                int64_t first_row, int64_t end_row, float *dw) {
  const int64_t row_floats = s->output_width * s->output_pixel_stride;
  const int64_t rows = BAND_FLOATS / ((stride * s->width + s->output_width) * VW);
  const int64_t band = ek_larger(1, rows - kernel / 2 * dilation);
  for (int64_t row = first_row; row < end_row; row += band) {
    const int64_t end = ek_smaller(row + band, end_row);
    for (int64_t block = 0; block < s->channels; block += VW) {
      const int64_t c = ek_smaller(block, s->channels - VW);
      for (int64_t ky = 0; ky < kernel; ky += TAP_ROWS(kernel)) {
        vf sum[TAP_ROWS(3)][9] = {{0}};
        for (int64_t oy = row; oy < end; oy++)
          NAME(add_row)(kernel, stride, dilation, s, x + c, ky, oy, dy + oy * row_floats + c, sum);
        float *to = dw + ky * kernel * s->channels + c;
        UNROLL for (int r = 0; r < TAP_ROWS(kernel); r++) {
          UNROLL for (int kx = 0; kx < kernel; kx++)
              NAME(add_lanes)(to + (r * kernel + kx) * s->channels, sum[r][kx], block - c);
        }
      }
    }
  }
}

/* The output columns, or rows, whose input at a tap is inside. */
INLINE void NAME(reached)(int64_t outputs, int64_t inputs, int64_t stride, int64_t offset,
                          int64_t *first, int64_t *end) {
  *first = offset >= 0 ? 0 : ek_ceil_div(-offset, stride);
  *end = inputs > offset ? ek_smaller(outputs, (inputs - offset - 1) / stride + 1) : 0;
}

/* Any kernel, stride and dilation: tap by tap, `vectors` vectors of channels at once. */
INLINE void NAME(any_tap)(const int vectors, int64_t channels, const ek_depthwise_shape *s,
                          const float *x, const float *dy, int64_t ky, int64_t kx,
                          int64_t first_row, int64_t end_row, float *dw) {
  const int64_t top = ky * s->dilation - s->padding_top;
  const int64_t left = kx * s->dilation - s->padding_left;
  int64_t first, end, first_column, end_column;
  NAME(reached)(s->output_height, s->height, s->stride, top, &first, &end);
  NAME(reached)(s->output_width, s->width, s->stride, left, &first_column, &end_column);
  vf total[4];
  UNROLL for (int v = 0; v < vectors; v++) total[v] = (vf)0.0f;
  for (int64_t oy = ek_larger(first, first_row); oy < ek_smaller(end, end_row); oy++) {
    const float *row = x + (oy * s->stride + top) * s->width * s->input_pixel_stride;
    const float *gradients = dy + oy * s->output_width * s->output_pixel_stride;
    vf sum[4];
    UNROLL for (int v = 0; v < vectors; v++) sum[v] = (vf)0.0f;
    for (int64_t ox = first_column; ox < end_column; ox++) {
      const float *from = row + (ox * s->stride + left) * s->input_pixel_stride;
      const float *gradient = gradients + ox * s->output_pixel_stride;
      UNROLL for (int v = 0; v < vectors; v++) {
        vf input = channels < VW ? vload_part(from, channels) : vload(from + v * VW);
        vf factor = channels < VW ? vload_part(gradient, channels) : vload(gradient + v * VW);
        sum[v] = vfma(input, factor, sum[v]);
      }
    }
    UNROLL for (int v = 0; v < vectors; v++) total[v] += sum[v];
  }
  float *to = dw + (ky * s->kernel_width + kx) * s->channels;
  UNROLL for (int v = 0; v < vectors; v++) {
    if (channels < VW) vstore_part(to, vload_part(to, channels) + total[v], channels);
    else vstore(to + v * VW, vload(to + v * VW) + total[v]);
  }
}

static void NAME(taps_any)(const ek_depthwise_shape *s, const float *x, const float *dy,
                           int64_t first_row, int64_t end_row, float *dw) {
  for (int64_t c = 0; c < s->channels;) {
    const int64_t rest = s->channels - c;
    for (int64_t ky = 0; ky < s->kernel_height; ky++) {
      for (int64_t kx = 0; kx < s->kernel_width; kx++) {
        if (rest >= 4 * VW)
          NAME(any_tap)(4, VW, s, x + c, dy + c, ky, kx, first_row, end_row, dw + c);
        else
          NAME(any_tap)(1, ek_smaller(rest, VW), s, x + c, dy + c, ky, kx, first_row, end_row,
                        dw + c);
      }
    }
    c += rest >= 4 * VW ? 4 * VW : VW;
  }
}

#define FUNCTION(name, size, stride, dilation)                                                   \
  static void NAME(name)(const ek_depthwise_shape *s, const float *x, const float *dy,           \
                         int64_t first_row, int64_t end_row, float *dw) {                        \
    NAME(taps_of_bands)(size, stride, dilation, s, x, dy, first_row, end_row, dw);               \
  }
#define KERNEL(size, stride) FUNCTION(taps_##size##_##stride, size, stride, 1)
#define DILATED(size) FUNCTION(dilated_taps_##size, size, 1, s->dilation)
KERNEL(3, 1) KERNEL(5, 1) KERNEL(7, 1) KERNEL(9, 1) KERNEL(3, 2) KERNEL(5, 2)
DILATED(3) DILATED(5) DILATED(7) DILATED(9)
#undef DILATED
#undef KERNEL
#undef FUNCTION

typedef void NAME(taps_kernel)(const ek_depthwise_shape *, const float *x, const float *dy,
                               int64_t first_row, int64_t end_row, float *dw);

/* A kernel made for this shape; null where there is none. */
static NAME(taps_kernel) *NAME(fast_taps)(const ek_depthwise_shape *s) {
  static NAME(taps_kernel) *const fast[2][10] = {
      {[3] = NAME(taps_3_1), [5] = NAME(taps_5_1), [7] = NAME(taps_7_1), [9] = NAME(taps_9_1)},
      {[3] = NAME(taps_3_2), [5] = NAME(taps_5_2)},
  };
  static NAME(taps_kernel) *const dilated[10] = {
      [3] = NAME(dilated_taps_3), [5] = NAME(dilated_taps_5), [7] = NAME(dilated_taps_7),
      [9] = NAME(dilated_taps_9)};
  const int64_t size = s->kernel_width;
  if (s->kernel_height != size || size > 9 || s->stride > 2 || s->channels < VW) return 0;
  if (s->dilation > 1) return s->stride == 1 ? dilated[size] : 0;
  return fast[s->stride - 1][size];
}

static void NAME(depthwise_taps)(const ek_depthwise_shape *s, const float *x, const float *dy,
                                 int64_t first_row, int64_t end_row, float *dw) {
  NAME(taps_kernel) *kernel = NAME(fast_taps)(s);
  if (!kernel) kernel = NAME(taps_any);
  for (int64_t plane = 0; plane < s->planes; plane++) {
    kernel(s, x, dy, first_row, end_row, dw);
    x += s->plane_stride;
    dw += s->kernel_height * s->kernel_width * s->channels;
  }
}

/* ---- of the input ----------------------------------------------------------------------------- */

/* The taps of a kernel row or column that reach a place of the image with its padding: every
 * `step`th from `first` on, the first from `output`, each other from `back` outputs before. */
typedef struct {
  int64_t first, step, output, back;
} NAME(taps_to);

INLINE NAME(taps_to) NAME(taps_to_place)(const ek_depthwise_shape *s, int64_t taps,
                                         int64_t place) {
  NAME(taps_to) result = {0, 1, 0, 1};
  /* As many steps of a tap as make whole steps of the convolution. */
  while (result.step * s->dilation % s->stride != 0) result.step++;
  result.back = result.step * s->dilation / s->stride;
  while (result.first < result.step && (place - result.first * s->dilation) % s->stride != 0)
    result.first++;
  if (result.first == result.step) result.first = taps;
  result.output = (place - result.first * s->dilation) / s->stride;
  return result;
}

/* `vectors` vectors of channels of one pixel. */
INLINE void NAME(input_pixel)(const int vectors, int64_t channels, const ek_depthwise_shape *s,
                              const float *dy, const float *weights, const NAME(taps_to) *down,
                              const NAME(taps_to) *across, float *dx) {
  vf sum[4];
  UNROLL for (int v = 0; v < vectors; v++) sum[v] = (vf)0.0f;
  for (int64_t plane = 0; plane < s->planes; plane++) {
    int64_t oy = down->output;
    for (int64_t ky = down->first; ky < s->kernel_height; ky += down->step, oy -= down->back) {
      if (oy < 0 || oy >= s->output_height) continue;
      int64_t ox = across->output;
      for (int64_t kx = across->first; kx < s->kernel_width;
           kx += across->step, ox -= across->back) {
        if (ox < 0 || ox >= s->output_width) continue;
        const float *from = dy + (oy * s->output_width + ox) * s->output_pixel_stride;
        const float *w = weights + (ky * s->kernel_width + kx) * s->channels;
        UNROLL for (int v = 0; v < vectors; v++) {
          vf gradient = channels < VW ? vload_part(from, channels) : vload(from + v * VW);
          vf weight = channels < VW ? vload_part(w, channels) : vload(w + v * VW);
          sum[v] = vfma(gradient, weight, sum[v]);
        }
      }
    }
    dy += s->plane_stride;
    weights += s->kernel_height * s->kernel_width * s->channels;
  }
  UNROLL for (int v = 0; v < vectors; v++) {
    if (channels < VW) vstore_part(dx, sum[v], channels);
    else vstore(dx + v * VW, sum[v]);
  }
}

static void NAME(input_any)(const ek_depthwise_shape *s, const float *dy, const float *weights,
                            int64_t first_row, int64_t end_row, float *dx) {
  for (int64_t iy = first_row; iy < end_row; iy++) {
    const NAME(taps_to) down = NAME(taps_to_place)(s, s->kernel_height, iy + s->padding_top);
    for (int64_t ix = 0; ix < s->width; ix++) {
      const NAME(taps_to) across = NAME(taps_to_place)(s, s->kernel_width, ix + s->padding_left);
      float *to = dx + (iy * s->width + ix) * s->input_pixel_stride;
      int64_t c = 0;
      for (; c + 4 * VW <= s->channels; c += 4 * VW)
        NAME(input_pixel)(4, VW, s, dy + c, weights + c, &down, &across, to + c);
      for (; c + VW <= s->channels; c += VW)
        NAME(input_pixel)(1, VW, s, dy + c, weights + c, &down, &across, to + c);
      if (c < s->channels)
        NAME(input_pixel)(1, s->channels - c, s, dy + c, weights + c, &down, &across, to + c);
    }
  }
}

/* One vector of channels of 2 * PIXELS neighbours, of a convolution of stride 2: a tap of an even
 * column reaches the even ones of them, counted from `x` = 2 * ox, which are columns of the image
 * with its padding. */
INLINE void NAME(input_pairs)(const int kernel, const ek_depthwise_shape *s, const float *dy_plane,
                              const float *w_plane, int64_t y, int64_t ox, float *dx) {
  vf sum[2 * PIXELS];
  UNROLL for (int p = 0; p < 2 * PIXELS; p++) sum[p] = (vf)0.0f;
  for (int64_t plane = 0; plane < s->planes; plane++) {
    for (int64_t ky = y % 2, oy = y / 2; ky < kernel; ky += 2, oy--) {
      if (oy < 0 || oy >= s->output_height) continue;
      const float *row = dy_plane + oy * s->output_width * s->output_pixel_stride;
      vf weight[5];
      UNROLL for (int kx = 0; kx < kernel; kx++)
          weight[kx] = vload(w_plane + (ky * kernel + kx) * s->channels);
      UNROLL for (int i = -(kernel - 1) / 2; i < PIXELS; i++) {
        if ((uint64_t)(ox + i) >= (uint64_t)s->output_width) continue;
        vf gradient = vload(row + (ox + i) * s->output_pixel_stride);
        UNROLL for (int p = 0; p < 2 * PIXELS; p++) {
          const int kx = p - 2 * i;
          if (kx >= 0 && kx < kernel) sum[p] = vfma(gradient, weight[kx], sum[p]);
        }
      }
    }
    dy_plane += s->plane_stride;
    w_plane += kernel * kernel * s->channels;
  }
  const int64_t column = 2 * ox - s->padding_left;
  UNROLL for (int p = 0; p < 2 * PIXELS; p++) {
    if ((uint64_t)(column + p) < (uint64_t)s->width)
      vstore(dx + (column + p) * s->input_pixel_stride, sum[p]);
  }
}

#define KERNEL(size)                                                                             \
  static void NAME(input_##size##_2)(const ek_depthwise_shape *s, const float *dy,               \
                                     const float *weights, int64_t first_row, int64_t end_row,   \
                                     float *dx) {                                                \
    for (int64_t iy = first_row; iy < end_row; iy++) {                                           \
      float *row = dx + iy * s->width * s->input_pixel_stride;                                   \
      for (int64_t block = 0; block < s->channels; block += VW) {                                \
        const int64_t c = ek_smaller(block, s->channels - VW);                                   \
        for (int64_t ox = s->padding_left / 2; 2 * ox < s->padding_left + s->width;              \
             ox += PIXELS)                                                                       \
          NAME(input_pairs)(size, s, dy + c, weights + c, iy + s->padding_top, ox, row + c);     \
      }                                                                                          \
    }                                                                                            \
  }
KERNEL(3) KERNEL(5)
#undef KERNEL

static void NAME(depthwise_input)(const ek_depthwise_shape *s, const float *dy,
                                  const float *weights, int64_t first_row, int64_t end_row,
                                  float *dx) {
  const int is_plain = s->stride == 2 && s->dilation == 1 && s->channels >= VW &&
                       s->kernel_height == s->kernel_width;
  switch (is_plain ? s->kernel_width : 0) {
    case 3:
      NAME(input_3_2)(s, dy, weights, first_row, end_row, dx);
      break;
    case 5:
      NAME(input_5_2)(s, dy, weights, first_row, end_row, dx);
      break;
    default:
      NAME(input_any)(s, dy, weights, first_row, end_row, dx);
  }
}

#undef TAP_ROWS
#undef PIXELS
