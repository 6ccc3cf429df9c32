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

/* One vector of channels of a pixel; the offsets are those of the two columns that it lies
 * between. */
INLINE vf NAME(resized)(const float *top, const float *bottom, int64_t first, int64_t second,
                        int64_t n, vf across, vf down) {
  const int whole = n == VW;
  vf a = whole ? vload(top + first) : vload_part(top + first, n);
  vf b = whole ? vload(top + second) : vload_part(top + second, n);
  vf c = whole ? vload(bottom + first) : vload_part(bottom + first, n);
  vf d = whole ? vload(bottom + second) : vload_part(bottom + second, n);
  return NAME(between)(NAME(between)(a, b, across), NAME(between)(c, d, across), down);
}

static void NAME(resize_row)(int64_t pixels, int64_t channels, const ek_linear_tap *taps,
                             float share, const float *top, const float *bottom,
                             int64_t x_stride, float *y, int64_t y_stride) {
  for (; pixels > 0; pixels--, taps++, y += y_stride) {
    const int64_t first = taps->first * x_stride, second = taps->second * x_stride;
    const vf across = (vf)taps->share, down = (vf)share;
    int64_t c = 0;
    for (; c + VW <= channels; c += VW)
      vstore(y + c, NAME(resized)(top + c, bottom + c, first, second, VW, across, down));
    const int64_t rest = channels - c;
    if (rest > 0) {
      vf value = NAME(resized)(top + c, bottom + c, first, second, rest, across, down);
      vstore_part(y + c, value, rest);
    }
  }
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
