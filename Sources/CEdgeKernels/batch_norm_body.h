/* Statistics and sums of columns. Rows go through in blocks whose sums are added up by themselves,
 * so that rounding doesn't grow with the number of rows. Columns go through in strips of some
 * vectors; only a strip narrower than a vector is partial. */
#define BLOCK_ROWS 64
#define STRIP 4
#define LOAD(p) (width < VW ? vload_part(p, width) : vload(p))
#define STORE(p, v)                          \
  {                                          \
    if (width < VW) vstore_part(p, v, width); \
    else vstore(p, v);                       \
  }
/* Calls `name` for every strip; the arguments use `j`, its first column. */
#define EACH_STRIP(name, ...)                                                             \
  {                                                                                       \
    int64_t j = 0;                                                                        \
    for (; j + STRIP * VW <= columns; j += STRIP * VW) name(STRIP, STRIP * VW, __VA_ARGS__); \
    for (; j + VW <= columns; j += VW) name(1, VW, __VA_ARGS__);                          \
    if (j < columns) name(1, columns - j, __VA_ARGS__);                                   \
  }

/* Moments of two sets of rows, of which the second is `share` of all. */
INLINE void NAME(merge)(vf share, vf other_mean, vf other_variance, vf *mean, vf *variance) {
  vf distance = other_mean - *mean, part = share - share * share;
  *mean = vfma(share, distance, *mean);
  *variance = vfma(share, other_variance - *variance, *variance);
  *variance = vfma(part * distance, distance, *variance);
}

INLINE void NAME(moments_strip)(const int vectors, int64_t width, int64_t rows, const float *x,
                                int64_t x_stride, float *mean, float *variance) {
  vf means[STRIP], variances[STRIP];
  UNROLL for (int v = 0; v < vectors; v++) means[v] = variances[v] = (vf)0.0f;
  for (int64_t start = 0; start < rows; start += BLOCK_ROWS, x += BLOCK_ROWS * x_stride) {
    const int64_t count = ek_smaller(BLOCK_ROWS, rows - start);
    const vf divisor = (vf)(float)count;
    vf center[STRIP], squares[STRIP];
    UNROLL for (int v = 0; v < vectors; v++) center[v] = squares[v] = (vf)0.0f;
    for (int64_t i = 0; i < count; i++) {
      UNROLL for (int v = 0; v < vectors; v++) center[v] += LOAD(x + i * x_stride + v * VW);
    }
    UNROLL for (int v = 0; v < vectors; v++) center[v] /= divisor;
    for (int64_t i = 0; i < count; i++) {
      UNROLL for (int v = 0; v < vectors; v++) {
        vf distance = LOAD(x + i * x_stride + v * VW) - center[v];
        squares[v] = vfma(distance, distance, squares[v]);
      }
    }
    const vf share = (vf)((float)count / (float)(start + count));
    UNROLL for (int v = 0; v < vectors; v++)
      NAME(merge)(share, center[v], squares[v] / divisor, &means[v], &variances[v]);
  }
  UNROLL for (int v = 0; v < vectors; v++) {
    STORE(mean + v * VW, means[v])
    STORE(variance + v * VW, variances[v])
  }
}

static void NAME(moments)(int64_t rows, int64_t columns, const float *x, int64_t x_stride,
                          float *mean, float *variance) {
  EACH_STRIP(NAME(moments_strip), rows, x + j, x_stride, mean + j, variance + j)
}

INLINE void NAME(merge_strip)(const int vectors, int64_t width, vf share, const float *other_mean,
                              const float *other_variance, float *mean, float *variance) {
  UNROLL for (int v = 0; v < vectors; v++) {
    vf m = LOAD(mean + v * VW), s = LOAD(variance + v * VW);
    NAME(merge)(share, LOAD(other_mean + v * VW), LOAD(other_variance + v * VW), &m, &s);
    STORE(mean + v * VW, m)
    STORE(variance + v * VW, s)
  }
}

static void NAME(merge_moments)(int64_t columns, float share, const float *other_mean,
                                const float *other_variance, float *mean, float *variance) {
  EACH_STRIP(NAME(merge_strip), (vf)share, other_mean + j, other_variance + j, mean + j,
             variance + j)
}

INLINE void NAME(sums_strip)(const int vectors, int64_t width, int64_t rows, const float *dy,
                             int64_t dy_stride, const float *x, int64_t x_stride,
                             const float *mean, float *dweight, float *dbias) {
  vf center[STRIP], weight_sum[STRIP], bias_sum[STRIP];
  UNROLL for (int v = 0; v < vectors; v++) {
    center[v] = LOAD(mean + v * VW);
    weight_sum[v] = LOAD(dweight + v * VW);
    bias_sum[v] = LOAD(dbias + v * VW);
  }
  for (int64_t start = 0; start < rows; start += BLOCK_ROWS) {
    vf block_weight[STRIP], block_bias[STRIP];
    UNROLL for (int v = 0; v < vectors; v++) block_weight[v] = block_bias[v] = (vf)0.0f;
    for (int64_t i = ek_smaller(BLOCK_ROWS, rows - start); i > 0; i--) {
      UNROLL for (int v = 0; v < vectors; v++) {
        vf d = LOAD(dy + v * VW);
        block_weight[v] = vfma(d, LOAD(x + v * VW) - center[v], block_weight[v]);
        block_bias[v] += d;
      }
      dy += dy_stride;
      x += x_stride;
    }
    UNROLL for (int v = 0; v < vectors; v++) {
      weight_sum[v] += block_weight[v];
      bias_sum[v] += block_bias[v];
    }
  }
  UNROLL for (int v = 0; v < vectors; v++) {
    STORE(dweight + v * VW, weight_sum[v])
    STORE(dbias + v * VW, bias_sum[v])
  }
}

static void NAME(batch_norm_sums)(int64_t rows, int64_t columns, const float *dy,
                                  int64_t dy_stride, const float *x, int64_t x_stride,
                                  const float *mean, float *dweight, float *dbias) {
  EACH_STRIP(NAME(sums_strip), rows, dy + j, dy_stride, x + j, x_stride, mean + j, dweight + j,
             dbias + j)
}

INLINE void NAME(parts_strip)(const int vectors, int64_t width, int64_t parts, const float *x,
                              int64_t x_stride, float *y) {
  vf sum[STRIP];
  UNROLL for (int v = 0; v < vectors; v++) sum[v] = (vf)0.0f;
  for (; parts > 0; parts--, x += x_stride) {
    UNROLL for (int v = 0; v < vectors; v++) sum[v] += LOAD(x + v * VW);
  }
  UNROLL for (int v = 0; v < vectors; v++) STORE(y + v * VW, sum[v])
}

static void NAME(add_parts)(int64_t parts, int64_t columns, const float *x, int64_t x_stride,
                            float *y) {
  EACH_STRIP(NAME(parts_strip), parts, x + j, x_stride, y + j)
}

INLINE void NAME(batch_norm_gradient_strip)(const int vectors, int64_t width, int64_t rows,
                                            const float *dy, int64_t dy_stride, const float *x,
                                            int64_t x_stride, const float *mean,
                                            const float *factor, const float *slope,
                                            const float *offset, float *dx, int64_t dx_stride) {
  vf m[STRIP], a[STRIP], b[STRIP], c[STRIP];
  UNROLL for (int v = 0; v < vectors; v++) {
    m[v] = LOAD(mean + v * VW);
    a[v] = LOAD(factor + v * VW);
    b[v] = LOAD(slope + v * VW);
    c[v] = LOAD(offset + v * VW);
  }
  for (; rows > 0; rows--, dy += dy_stride, x += x_stride, dx += dx_stride) {
    UNROLL for (int v = 0; v < vectors; v++) {
      vf value = vfma(LOAD(x + v * VW) - m[v], b[v], c[v]);
      STORE(dx + v * VW, vfma(LOAD(dy + v * VW), a[v], value))
    }
  }
}

/* In blocks of rows, so that what one strip leaves of a cache line is there for the next. */
static void NAME(batch_norm_gradient)(int64_t rows, int64_t columns, const float *dy,
                                      int64_t dy_stride, const float *x, int64_t x_stride,
                                      const float *mean, const float *factors, float *dx,
                                      int64_t dx_stride) {
  const float *slopes = factors + columns, *offsets = slopes + columns;
  for (int64_t i = 0; i < rows; i += BLOCK_ROWS) {
    const int64_t count = ek_smaller(BLOCK_ROWS, rows - i);
    EACH_STRIP(NAME(batch_norm_gradient_strip), count, dy + i * dy_stride + j, dy_stride,
               x + i * x_stride + j, x_stride, mean + j, factors + j, slopes + j, offsets + j,
               dx + i * dx_stride + j, dx_stride)
  }
}
#undef BLOCK_ROWS
#undef STRIP
#undef LOAD
#undef STORE
#undef EACH_STRIP
