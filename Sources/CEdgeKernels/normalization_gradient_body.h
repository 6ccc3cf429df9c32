/* The way back through a layer norm. With c = x - mean, r = 1 / sqrt(variance + epsilon), g = dy
 * weight and means over a row:  dx = r g - r mean(g) - r^3 mean(g c) c.
 *
 * Rows go through in groups, so that sums over rows are in registers for a while; a group is read
 * three times and stays in the first-level cache. */
#define GROUP_ROWS 4
#define LOAD(p) (whole ? vload(p) : vload_part(p, rest))

typedef struct {
  const float *dy, *x;
  float *dx;
  int64_t dy_stride, x_stride, dx_stride;
} NAME(gradient_rows);

/* What a row's statistics become: dx = factor g + slope c + offset. */
typedef struct {
  vf center, factor, slope, offset;
} NAME(row_terms);

/* The next vector of every row: its squares, and the sums of g and of g c. */
INLINE void NAME(gradient_sums)(const int count, const int whole, int64_t rest,
                                const NAME(gradient_rows) * rows, int64_t j, const float *weight,
                                const NAME(row_terms) * terms, vf sums[GROUP_ROWS][3]) {
  const vf w = weight ? LOAD(weight + j) : (vf)1.0f;
  UNROLL for (int r = 0; r < count; r++) {
    const float *x = rows->x + r * rows->x_stride + j;
    vf c = (whole ? vload(x) : vload_part_or(x, rest, terms[r].center)) - terms[r].center;
    vf g = LOAD(rows->dy + r * rows->dy_stride + j) * w;
    sums[r][0] = vfma(c, c, sums[r][0]);
    sums[r][1] += g;
    sums[r][2] = vfma(g, c, sums[r][2]);
  }
}

/* The next vector of every row: dx, and what the rows add to the sums over rows. */
INLINE void NAME(gradient_values)(const int count, const int whole, int64_t rest,
                                  const NAME(gradient_rows) * rows, int64_t j,
                                  const float *weight, const NAME(row_terms) * terms,
                                  float *dweight, float *dbias) {
  const vf w = weight ? LOAD(weight + j) : (vf)1.0f;
  vf weight_sum = (vf)0.0f, bias_sum = (vf)0.0f;
  UNROLL for (int r = 0; r < count; r++) {
    vf c = LOAD(rows->x + r * rows->x_stride + j) - terms[r].center;
    vf d = LOAD(rows->dy + r * rows->dy_stride + j);
    weight_sum = vfma(d, c * terms[r].factor, weight_sum);
    bias_sum += d;
    vf value = vfma(d * w, terms[r].factor, vfma(c, terms[r].slope, terms[r].offset));
    float *dx = rows->dx + r * rows->dx_stride + j;
    if (whole) vstore(dx, value);
    else vstore_part(dx, value, rest);
  }
  weight_sum += LOAD(dweight + j);
  bias_sum += LOAD(dbias + j);
  if (whole) {
    vstore(dweight + j, weight_sum);
    vstore(dbias + j, bias_sum);
  } else {
    vstore_part(dweight + j, weight_sum, rest);
    vstore_part(dbias + j, bias_sum, rest);
  }
}

INLINE void NAME(layer_norm_gradient_group)(const int count, int64_t columns,
                                            const NAME(gradient_rows) * rows, const float *weight,
                                            float epsilon, float *dweight, float *dbias) {
  const float share = 1.0f / (float)columns;
  const int64_t last = columns / VW * VW, rest = columns - last;
  NAME(row_terms) terms[GROUP_ROWS];
  vf sums[GROUP_ROWS][3];
  UNROLL for (int r = 0; r < count; r++) {
    UNROLL for (int i = 0; i < 3; i++) sums[r][i] = (vf)0.0f;
  }
  for (int64_t j = 0; j < last; j += VW) {
    UNROLL for (int r = 0; r < count; r++) sums[r][0] += vload(rows->x + r * rows->x_stride + j);
  }
  UNROLL for (int r = 0; r < count; r++) {
    if (rest > 0) sums[r][0] += vload_part(rows->x + r * rows->x_stride + last, rest);
    /* A product with the rounded share would be off to the same side in all rows. */
    terms[r].center = (vf)(vsum(sums[r][0]) / (float)columns);
    sums[r][0] = (vf)0.0f;
  }
  for (int64_t j = 0; j < last; j += VW)
    NAME(gradient_sums)(count, 1, 0, rows, j, weight, terms, sums);
  if (rest > 0) NAME(gradient_sums)(count, 0, rest, rows, last, weight, terms, sums);
  UNROLL for (int r = 0; r < count; r++) {
    const float factor =
        1.0f / __builtin_elementwise_sqrt(vsum(sums[r][0]) * share + epsilon);
    terms[r].factor = (vf)factor;
    terms[r].offset = (vf)(-factor * (vsum(sums[r][1]) * share));
    terms[r].slope = (vf)(-factor * (factor * (factor * (vsum(sums[r][2]) * share))));
  }
  for (int64_t j = 0; j < last; j += VW)
    NAME(gradient_values)(count, 1, 0, rows, j, weight, terms, dweight, dbias);
  if (rest > 0)
    NAME(gradient_values)(count, 0, rest, rows, last, weight, terms, dweight, dbias);
}

static void NAME(layer_norm_gradient)(int64_t rows, int64_t columns, const float *dy,
                                      int64_t dy_stride, const float *x, int64_t x_stride,
                                      const float *weight, float epsilon, float *dx,
                                      int64_t dx_stride, float *dweight, float *dbias) {
  if (columns <= 0) return;
  for (int64_t i = 0; i < rows;) {
    const NAME(gradient_rows) group = {dy + i * dy_stride, x + i * x_stride, dx + i * dx_stride,
                                       dy_stride, x_stride, dx_stride};
    if (i + GROUP_ROWS <= rows) {
      NAME(layer_norm_gradient_group)(GROUP_ROWS, columns, &group, weight, epsilon, dweight, dbias);
      i += GROUP_ROWS;
    } else {
      NAME(layer_norm_gradient_group)(1, columns, &group, weight, epsilon, dweight, dbias);
      i++;
    }
  }
}
#undef GROUP_ROWS
#undef LOAD
