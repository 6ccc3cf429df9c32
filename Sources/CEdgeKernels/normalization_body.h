/* Sum over a row of value(x), in four chains; `value` is a function of the vector x. In the tail
 * the lanes past the end are `outside`. */
#define SUM_ROW(result, outside, value)                                          \
  {                                                                              \
    vf sum[4] = {(vf)0.0f, (vf)0.0f, (vf)0.0f, (vf)0.0f};                        \
    int64_t j = 0;                                                               \
    for (; j + 4 * VW <= columns; j += 4 * VW) {                                 \
      UNROLL for (int i = 0; i < 4; i++) {                                       \
        vf v = vload(x + j + i * VW);                                            \
        sum[i] = value(v, sum[i]);                                               \
      }                                                                          \
    }                                                                            \
    for (; j + VW <= columns; j += VW) {                                         \
      vf v = vload(x + j);                                                       \
      sum[1] = value(v, sum[1]);                                                 \
    }                                                                            \
    if (j < columns) {                                                           \
      vf v = vload_part_or(x + j, columns - j, outside);                         \
      sum[0] = value(v, sum[0]);                                                 \
    }                                                                            \
    result = vsum((sum[0] + sum[1]) + (sum[2] + sum[3]));                        \
  }

#define PLUS(v, sum) ((sum) + (v))
#define PLUS_SQUARE(v, sum) vfma((v) - center, (v) - center, sum)

/* Three passes over a row that stays in the cache; the variance is that of the centred row, which
 * keeps rows with a large mean right. */
static void NAME(layer_norm_long)(int64_t rows, int64_t columns, const float *x, int64_t x_stride,
                             const float *weight, const float *bias, float epsilon, float *y,
                             int64_t y_stride) {
  const float share = 1.0f / (float)columns;
  const vf one = (vf)1.0f, zero = (vf)0.0f;
  for (; rows > 0; rows--, x += x_stride, y += y_stride) {
    float total, squares;
    SUM_ROW(total, zero, PLUS)
    const vf center = (vf)(total * share);
    SUM_ROW(squares, center, PLUS_SQUARE)
    const vf factor = (vf)(1.0f / __builtin_elementwise_sqrt(squares * share + epsilon));
    int64_t j = 0;
    for (; j + VW <= columns; j += VW) {
      vf w = weight ? vload(weight + j) : one, b = bias ? vload(bias + j) : zero;
      vstore(y + j, vfma((vload(x + j) - center) * factor, w, b));
    }
    int64_t rest = columns - j;
    if (rest > 0) {
      vf w = weight ? vload_part(weight + j, rest) : one;
      vf b = bias ? vload_part(bias + j, rest) : zero;
      vstore_part(y + j, vfma((vload_part(x + j, rest) - center) * factor, w, b), rest);
    }
  }
}
#undef PLUS
#undef PLUS_SQUARE
#undef SUM_ROW

/* The same for a row of `vectors` vectors, the last maybe partial: it stays in registers. */
#define SHORT_VECTORS 6
INLINE void NAME(layer_norm_short)(const int vectors, int64_t rows, int64_t columns, const float *x,
                                   int64_t x_stride, const float *weight, const float *bias,
                                   float epsilon, float *y, int64_t y_stride) {
  const int last = vectors - 1;
  const int64_t rest = columns - last * VW;
  const float share = 1.0f / (float)columns;
  const vf one = (vf)1.0f, zero = (vf)0.0f;
  vf w[SHORT_VECTORS], b[SHORT_VECTORS], v[SHORT_VECTORS];
  UNROLL for (int i = 0; i < last; i++) {
    w[i] = weight ? vload(weight + i * VW) : one;
    b[i] = bias ? vload(bias + i * VW) : zero;
  }
  w[last] = weight ? vload_part(weight + last * VW, rest) : one;
  b[last] = bias ? vload_part(bias + last * VW, rest) : zero;
  for (; rows > 0; rows--, x += x_stride, y += y_stride) {
    vf sum = vload_part(x + last * VW, rest), squares = zero;
    UNROLL for (int i = 0; i < last; i++) sum += v[i] = vload(x + i * VW);
    const vf center = (vf)(vsum(sum) * share);
    v[last] = vload_part_or(x + last * VW, rest, center);
    UNROLL for (int i = 0; i < vectors; i++) {
      v[i] -= center;
      squares = vfma(v[i], v[i], squares);
    }
    const vf factor = (vf)(1.0f / __builtin_elementwise_sqrt(vsum(squares) * share + epsilon));
    UNROLL for (int i = 0; i < last; i++) vstore(y + i * VW, vfma(v[i] * factor, w[i], b[i]));
    vstore_part(y + last * VW, vfma(v[last] * factor, w[last], b[last]), rest);
  }
}

#define SHORT(vectors)                                                                       \
  case vectors:                                                                              \
    NAME(layer_norm_short)(vectors, rows, columns, x, x_stride, weight, bias, epsilon, y,    \
                           y_stride);                                                        \
    break;

static void NAME(layer_norm)(int64_t rows, int64_t columns, const float *x, int64_t x_stride,
                             const float *weight, const float *bias, float epsilon, float *y,
                             int64_t y_stride) {
  switch (ek_ceil_div(columns, VW)) {
    SHORT(1) SHORT(2) SHORT(3) SHORT(4) SHORT(5) SHORT(6)
    default:
      NAME(layer_norm_long)(rows, columns, x, x_stride, weight, bias, epsilon, y, y_stride);
  }
}
#undef SHORT
#undef SHORT_VECTORS

/* Sums of `vectors` neighbouring vectors down the rows; the last one may be partial. */
INLINE void NAME(mean_columns)(const int vectors, int64_t rows, int64_t columns, const float *x,
                               int64_t x_stride, float *y) {
  vf sum[4];
  UNROLL for (int v = 0; v < vectors; v++) sum[v] = (vf)0.0f;
  for (int64_t i = 0; i < rows; i++, x += x_stride) {
    UNROLL for (int v = 0; v < vectors; v++) sum[v] +=
        columns < VW ? vload_part(x, columns) : vload(x + v * VW);
  }
  UNROLL for (int v = 0; v < vectors; v++) {
    vf mean = sum[v] / (vf)(float)rows;
    if (columns < VW) vstore_part(y, mean, columns);
    else vstore(y + v * VW, mean);
  }
}

static void NAME(mean_rows)(int64_t rows, int64_t columns, const float *x, int64_t x_stride,
                            float *y) {
  int64_t j = 0;
  for (; j + 4 * VW <= columns; j += 4 * VW)
    NAME(mean_columns)(4, rows, 4 * VW, x + j, x_stride, y + j);
  for (; j + VW <= columns; j += VW) NAME(mean_columns)(1, rows, VW, x + j, x_stride, y + j);
  if (j < columns) NAME(mean_columns)(1, rows, columns - j, x + j, x_stride, y + j);
}
