static void NAME(depthwise_transposed)(int64_t pixels, int64_t channels, int64_t stride,
                                       const float *x, int64_t x_stride, const float *weights,
                                       const float *bias, float *y, int64_t y_stride) {
  for (; pixels > 0; pixels--, x += x_stride) {
    const float *w = weights;
    for (int64_t kx = 0; kx < stride; kx++, w += channels, y += y_stride) {
      int64_t c = 0;
      for (; c + VW <= channels; c += VW)
        vstore(y + c, vfma(vload(x + c), vload(w + c), vload(bias + c)));
      const int64_t rest = channels - c;
      if (rest > 0) {
        vf b = vload_part(bias + c, rest);
        vstore_part(y + c, vfma(vload_part(x + c, rest), vload_part(w + c, rest), b), rest);
      }
    }
  }
}

/* Exact where both are the same. */
INLINE vf NAME(between)(vf a, vf b, vf share) { return vfma(b - a, share, a); }

/* y = between(a, b, share), number by number. */
INLINE void NAME(blend)(int64_t count, const float *a, const float *b, vf share, float *y) {
  int64_t i = 0;
  for (; i + VW <= count; i += VW) vstore(y + i, NAME(between)(vload(a + i), vload(b + i), share));
  const int64_t rest = count - i;
  if (rest > 0) {
    vf value = NAME(between)(vload_part(a + i, rest), vload_part(b + i, rest), share);
    vstore_part(y + i, value, rest);
  }
}

/* The row between two is made first, as several pixels lie between the same columns. */
static void NAME(resize_row)(int64_t width, int64_t pixels, int64_t channels,
                             const ek_linear_tap *taps, float share, const float *top,
                             const float *bottom, int64_t x_stride, float *y, int64_t y_stride,
                             float *scratch) {
  const float *x = top;
  if (share != 0.0f && x_stride == channels) {
    NAME(blend)(width * channels, top, bottom, (vf)share, scratch);
    x = scratch;
  } else if (share != 0.0f) {
    for (int64_t i = 0; i < width; i++)
      NAME(blend)(channels, top + i * x_stride, bottom + i * x_stride, (vf)share,
                  scratch + i * channels);
    x = scratch;
    x_stride = channels;
  }
  for (; pixels > 0; pixels--, taps++, y += y_stride)
    NAME(blend)(channels, x + taps->first * x_stride, x + taps->second * x_stride,
                (vf)taps->share, y);
}

/* y += x * factor */
INLINE void NAME(add_product)(int64_t channels, const float *x, float factor, float *y) {
  int64_t c = 0;
  for (; c + VW <= channels; c += VW) vstore(y + c, vfma(vload(x + c), (vf)factor, vload(y + c)));
  const int64_t rest = channels - c;
  if (rest > 0) {
    vf sum = vfma(vload_part(x + c, rest), (vf)factor, vload_part(y + c, rest));
    vstore_part(y + c, sum, rest);
  }
}

static void NAME(resize_row_gradient)(int64_t pixels, int64_t channels, const ek_linear_tap *taps,
                                      float share, const float *dy, int64_t dy_stride, float *dx,
                                      int64_t dx_stride) {
  for (; pixels > 0; pixels--, taps++, dy += dy_stride) {
    const float second = share * taps->share;
    NAME(add_product)(channels, dy, share - second, dx + taps->first * dx_stride);
    NAME(add_product)(channels, dy, second, dx + taps->second * dx_stride);
  }
}
