/* The way back through cross-covariance attention. With G = q'^T k', L = temperature G, S = softmax(L)
 * and y = v S^T:
 *   dS = dy^T v,  dL = S (dS - sum over j of S dS),  dG = temperature dL,  dv = dy S.
 * Of dq' only what is orthogonal to q' reaches q, unless the norm is below the least one and so a
 * constant; with H[i,j] = dG[i,j] / (|q_i| |k_j|):
 *   dq = k H^T + q own,  own[i] = -sum over j of dG G / |q_i|^2;  dk = q H + k own likewise. */

/* What is kept of a softmax's way back: H, and the own terms of q and k. */
typedef struct {
  float *matrix, *q_own, *k_own;
} NAME(xca_slopes);

/* 0 where the norm is a constant. */
INLINE float NAME(own_term)(float inverse, float sum) {
  return inverse < 1.0f / LEAST_NORM ? -sum * inverse * inverse : 0.0f;
}

/* One vector of row i: `row` goes from dS to H, and dL G is added up by rows and columns. */
INLINE vf NAME(slope_step)(int64_t count, const float *weights, const float *scores,
                           const float *k_inverse, vf mean, vf factor, float *row,
                           float *columns) {
  const int whole = count == VW;
  vf w = whole ? vload(weights) : vload_part(weights, count);
  vf g = whole ? vload(scores) : vload_part(scores, count);
  vf inverse = whole ? vload(k_inverse) : vload_part(k_inverse, count);
  vf d = w * ((whole ? vload(row) : vload_part(row, count)) - mean), product = d * g;
  vf sum = (whole ? vload(columns) : vload_part(columns, count)) + product;
  vf h = d * inverse * factor;
  if (whole) {
    vstore(row, h);
    vstore(columns, sum);
  } else {
    vstore_part(row, h, count);
    vstore_part(columns, sum, count);
  }
  return product;
}

/* The sum of a row's products. */
INLINE float NAME(dot)(int64_t width, const float *a, const float *b) {
  vf sum = (vf)0.0f;
  int64_t j = 0;
  for (; j + VW <= width; j += VW) sum = vfma(vload(a + j), vload(b + j), sum);
  if (j < width) sum = vfma(vload_part(a + j, width - j), vload_part(b + j, width - j), sum);
  return vsum(sum);
}

/* Returns the derivative with respect to the temperature. `scores`: room for a row. */
static float NAME(xca_softmax_gradient)(int64_t width, const NAME(xca_products) * at,
                                        const float *gradient_sums, float temperature,
                                        const float *weights, float *scores,
                                        const NAME(xca_slopes) * to) {
  float total = 0;
  memset(to->k_own, 0, (size_t)width * sizeof(float));
  for (int64_t i = 0; i < width; i++, weights += width) {
    float *row = to->matrix + i * width;
    NAME(gram_row)(width, at->sums, i, at->q_inverse[i], at->k_inverse, scores);
    NAME(gram_row)(width, gradient_sums, i, 1.0f, NULL, row);
    const vf mean = (vf)NAME(dot)(width, weights, row);
    const vf factor = (vf)(temperature * at->q_inverse[i]);
    vf sum = (vf)0.0f;
    int64_t j = 0;
    for (; j + VW <= width; j += VW)
      sum += NAME(slope_step)(VW, weights + j, scores + j, at->k_inverse + j, mean, factor,
                              row + j, to->k_own + j);
    if (j < width)
      sum += NAME(slope_step)(width - j, weights + j, scores + j, at->k_inverse + j, mean, factor,
                              row + j, to->k_own + j);
    const float row_sum = vsum(sum);
    total += row_sum;
    to->q_own[i] = NAME(own_term)(at->q_inverse[i], temperature * row_sum);
  }
  for (int64_t j = 0; j < width; j++)
    to->k_own[j] = NAME(own_term)(at->k_inverse[j], temperature * to->k_own[j]);
  return total;
}

/* Scratch of xca_slopes: the sums of dy^T v, a row, the own terms, and what weights take. */
static int64_t NAME(xca_slopes_scratch)(int64_t width) {
  return NAME(xca_weights_scratch)(width) + NAME(gram_count)(width) + 3 * width;
}

/* The weights, H and both own terms, which `slopes` points to; returns the derivative with respect
 * to the temperature. `matrix`: room for H. */
static float NAME(xca_slopes_of)(int64_t tokens, int64_t width, const float *dy, int64_t dy_stride,
                                 const float *q, const float *k, const float *v, int64_t stride,
                                 float temperature, float *weights, float *matrix, float *scratch,
                                 float **q_own, float **k_own) {
  NAME(xca_weights)(tokens, width, q, k, stride, temperature, weights, scratch);
  const NAME(xca_products) at = NAME(xca_products_at)(scratch, width);
  float *sums = scratch + NAME(xca_weights_scratch)(width);
  float *scores = sums + NAME(gram_count)(width);
  *q_own = scores + width;
  *k_own = *q_own + width;
  memset(sums, 0, (size_t)NAME(gram_count)(width) * sizeof(float));
  for (int64_t t = 0; t < tokens; t += TOKEN_BLOCK)
    NAME(gram_block)(ek_smaller(TOKEN_BLOCK, tokens - t), width, dy + t * dy_stride, dy_stride,
                     v + t * stride, stride, sums);
  const NAME(xca_slopes) to = {matrix, *q_own, *k_own};
  return NAME(xca_softmax_gradient)(width, &at, sums, temperature, weights, scores, &to);
}

/* y[t,j] += x[t,j] * scale[j] */
static void NAME(add_scaled)(int64_t rows, int64_t columns, const float *x, int64_t x_stride,
                             const float *scale, float *y, int64_t y_stride) {
  for (; rows > 0; rows--, x += x_stride, y += y_stride) {
    int64_t j = 0;
    for (; j + VW <= columns; j += VW)
      vstore(y + j, vfma(vload(x + j), vload(scale + j), vload(y + j)));
    int64_t rest = columns - j;
    if (rest > 0) {
      vf sum = vfma(vload_part(x + j, rest), vload_part(scale + j, rest), vload_part(y + j, rest));
      vstore_part(y + j, sum, rest);
    }
  }
}
