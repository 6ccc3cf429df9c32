#include "softmax_body.h"

static void NAME(softmax)(int64_t rows, int64_t columns, const float *x, int64_t x_stride,
                          float *y, int64_t y_stride) {
  if (columns <= 0) return;
  for (; rows > 0; rows--, x += x_stride, y += y_stride) NAME(softmax_row)(columns, x, y);
}

/* S = q^T k is summed in tiles of `rows` x `vectors` registers. Tiles at the right and lower edge
 * are moved inwards instead of cut, so some elements are summed twice, in the same way: that is
 * cheaper than partial vectors. Only a width below VW needs those. Tiles keep their sums in scratch
 * between blocks of tokens, so that q and k are read from the first-level cache. */
#define GRAM_ROWS 6
#define TOKEN_BLOCK 64
#define LEAST_NORM 1e-12f

/* Adds `tokens` outer products q[t, 0..<rows] x (k[t, 0...] | k[t, second...]) to sums. */
INLINE void NAME(gram_tile)(const int rows, const int vectors, int64_t tokens, const float *q,
                            int64_t q_stride, const float *k, int64_t k_stride, int64_t second,
                            int64_t columns, float *sums) {
  vf sum[GRAM_ROWS][2];
  UNROLL for (int r = 0; r < rows; r++) {
    UNROLL for (int v = 0; v < vectors; v++) sum[r][v] = vload(sums + (v * GRAM_ROWS + r) * VW);
  }
  KEEP_ROLLED for (int64_t t = 0; t < tokens; t++, q += q_stride, k += k_stride) {
    vf right[2];
    right[0] = columns < VW ? vload_part(k, columns) : vload(k);
    if (vectors > 1) right[1] = vload(k + second);
    UNROLL for (int r = 0; r < rows; r++) {
      vf left = (vf)q[r];
      UNROLL for (int v = 0; v < vectors; v++) sum[r][v] = vfma(left, right[v], sum[r][v]);
    }
  }
  UNROLL for (int r = 0; r < rows; r++) {
    UNROLL for (int v = 0; v < vectors; v++) vstore(sums + (v * GRAM_ROWS + r) * VW, sum[r][v]);
  }
}

/* Adds the squares of one vector's columns of q and of k, even and odd tokens in sums of their
 * own. squares: q's, then k's. */
INLINE void NAME(add_squares)(int64_t tokens, const float *q, const float *k, int64_t columns,
                              int64_t stride, float *squares) {
  vf q_sum[2] = {vload(squares), (vf)0.0f}, k_sum[2] = {vload(squares + VW), (vf)0.0f};
  for (int64_t t = 0; t < tokens; t += 2) {
    UNROLL for (int odd = 0; odd < 2; odd++, q += stride, k += stride) {
      if (t + odd >= tokens) break;
      vf a = columns < VW ? vload_part(q, columns) : vload(q);
      vf b = columns < VW ? vload_part(k, columns) : vload(k);
      q_sum[odd] = vfma(a, a, q_sum[odd]);
      k_sum[odd] = vfma(b, b, k_sum[odd]);
    }
  }
  vstore(squares, q_sum[0] + q_sum[1]);
  vstore(squares + VW, k_sum[0] + k_sum[1]);
}

/* Where things are: `row_tiles` x `vectors` tiles, and the first column of each vector. */
#define FIRST_COLUMN(v) (width < VW ? 0 : ek_smaller((v) * VW, width - VW))
#define TILE_AT(b, v) (sums + ((b) * vectors + (v)) * GRAM_ROWS * VW)
#define TILE(rows, columns, right, second, width, tile)                                      \
  NAME(gram_tile)(rows, columns, tokens, left, q_stride, right, k_stride, second, width, tile)

/* Sums of one block of tokens, for all tiles. */
static void NAME(gram_block)(int64_t tokens, int64_t width, const float *q, int64_t q_stride,
                             const float *k, int64_t k_stride, float *sums) {
  const int64_t vectors = ek_ceil_div(width, VW);
  const int64_t tile_rows = width < GRAM_ROWS ? 1 : GRAM_ROWS;
  for (int64_t b = 0; b < ek_ceil_div(width, tile_rows); b++) {
    const float *left = q + ek_smaller(b * tile_rows, width - tile_rows);
    for (int64_t v = 0; v < vectors; v += 2) {
      const int64_t j = FIRST_COLUMN(v), second = FIRST_COLUMN(v + 1) - j;
      float *tile = TILE_AT(b, v);
      if (tile_rows == 1) {
        TILE(1, 1, k + j, 0, width, tile);
        if (v + 1 < vectors) TILE(1, 1, k + j + second, 0, VW, TILE_AT(b, v + 1));
      } else if (v + 1 < vectors) {
        TILE(GRAM_ROWS, 2, k + j, second, VW, tile);
      } else if (width < VW) {
        TILE(GRAM_ROWS, 1, k, 0, width, tile);
      } else {
        TILE(GRAM_ROWS, 1, k + j, 0, VW, tile);
      }
    }
  }
}
#undef TILE

static int64_t NAME(gram_count)(int64_t width) {
  const int64_t tile_rows = width < GRAM_ROWS ? 1 : GRAM_ROWS;
  return ek_ceil_div(width, tile_rows) * ek_ceil_div(width, VW) * GRAM_ROWS * VW;
}

/* Row i of q^T k, times a factor and the columns' scales, which may be null. */
INLINE void NAME(gram_row)(int64_t width, const float *sums, int64_t i, float factor,
                           const float *scales, float *row) {
  const int64_t vectors = ek_ceil_div(width, VW), count = ek_smaller(VW, width);
  const int64_t tile_rows = width < GRAM_ROWS ? 1 : GRAM_ROWS;
  const int64_t b = i / tile_rows, r = i - ek_smaller(b * tile_rows, width - tile_rows);
  for (int64_t v = 0; v < vectors; v++) {
    const int64_t j = FIRST_COLUMN(v);
    const vf scale = scales ? vload_part(scales + j, count) : (vf)1.0f;
    vstore_part(row + j, vload(TILE_AT(b, v) + r * VW) * scale * (vf)factor, count);
  }
}

/* What is known of q and k: sums as gram_block leaves them, and one over the norms. */
typedef struct {
  float *sums, *squares, *q_inverse, *k_inverse;
} NAME(xca_products);

static int64_t NAME(xca_weights_scratch)(int64_t width) {
  return NAME(gram_count)(width) + ek_ceil_div(width, VW) * 2 * VW + 2 * width;
}

INLINE NAME(xca_products) NAME(xca_products_at)(float *scratch, int64_t width) {
  float *squares = scratch + NAME(gram_count)(width);
  float *q_inverse = squares + ek_ceil_div(width, VW) * 2 * VW;
  return (NAME(xca_products)){scratch, squares, q_inverse, q_inverse + width};
}

/* weights (width x width) = softmax(temperature * q'^T k'). */
static void NAME(xca_weights)(int64_t tokens, int64_t width, const float *q, const float *k,
                              int64_t stride, float temperature, float *weights, float *scratch) {
  const int64_t vectors = ek_ceil_div(width, VW), count = ek_smaller(VW, width);
  const NAME(xca_products) at = NAME(xca_products_at)(scratch, width);
  memset(at.sums, 0, (size_t)(at.q_inverse - at.sums) * sizeof(float));
  for (int64_t t = 0; t < tokens; t += TOKEN_BLOCK) {
    const int64_t block = ek_smaller(TOKEN_BLOCK, tokens - t);
    const float *q_row = q + t * stride, *k_row = k + t * stride;
    for (int64_t v = 0; v < vectors; v++)
      NAME(add_squares)(block, q_row + FIRST_COLUMN(v), k_row + FIRST_COLUMN(v), width, stride,
                        at.squares + v * 2 * VW);
    NAME(gram_block)(block, width, q_row, stride, k_row, stride, at.sums);
  }
  const vf least = (vf)LEAST_NORM, one = (vf)1.0f;
  for (int64_t v = 0; v < vectors; v++) {
    const float *square = at.squares + v * 2 * VW;
    vf q_norm = __builtin_elementwise_sqrt(vload(square));
    vf k_norm = __builtin_elementwise_sqrt(vload(square + VW));
    vstore_part(at.q_inverse + FIRST_COLUMN(v), one / vmax(least, q_norm), count);
    vstore_part(at.k_inverse + FIRST_COLUMN(v), one / vmax(least, k_norm), count);
  }
  for (int64_t i = 0; i < width; i++, weights += width) {
    NAME(gram_row)(width, at.sums, i, temperature * at.q_inverse[i], at.k_inverse, weights);
    NAME(softmax_row)(width, weights, weights);
  }
}

#include "attention_gradient_body.h"

#undef GRAM_ROWS
#undef TOKEN_BLOCK
#undef LEAST_NORM
#undef FIRST_COLUMN
#undef TILE_AT
