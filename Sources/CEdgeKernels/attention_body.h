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

/* Adds `tokens` outer products q[t, 0..<rows] x (k[t, 0...] | k[t, second...]) to sums. */
INLINE void NAME(gram_tile)(const int rows, const int vectors, int64_t tokens, const float *q,
                            const float *k, int64_t second, int64_t columns, int64_t stride,
                            float *sums) {
  vf sum[GRAM_ROWS][2];
  UNROLL for (int r = 0; r < rows; r++) {
    UNROLL for (int v = 0; v < vectors; v++) sum[r][v] = vload(sums + (v * GRAM_ROWS + r) * VW);
  }
  KEEP_ROLLED for (int64_t t = 0; t < tokens; t++, q += stride, k += stride) {
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

/* Sums of one block of tokens, for all tiles. */
static void NAME(gram_block)(int64_t tokens, int64_t width, const float *q, const float *k,
                             int64_t stride, float *sums, float *squares) {
  const int64_t vectors = ek_ceil_div(width, VW);
  const int64_t tile_rows = width < GRAM_ROWS ? 1 : GRAM_ROWS;
  for (int64_t v = 0; v < vectors; v++) {
    const int64_t j = FIRST_COLUMN(v);
    NAME(add_squares)(tokens, q + j, k + j, width, stride, squares + v * 2 * VW);
  }
  for (int64_t b = 0; b < ek_ceil_div(width, tile_rows); b++) {
    const float *left = q + ek_smaller(b * tile_rows, width - tile_rows);
    for (int64_t v = 0; v < vectors; v += 2) {
      const int64_t j = FIRST_COLUMN(v), second = FIRST_COLUMN(v + 1) - j;
      float *tile = TILE_AT(b, v);
      if (tile_rows == 1) {
        NAME(gram_tile)(1, 1, tokens, left, k + j, 0, width, stride, tile);
        if (v + 1 < vectors)
          NAME(gram_tile)(1, 1, tokens, left, k + j + second, 0, VW, stride, TILE_AT(b, v + 1));
      } else if (v + 1 < vectors) {
        NAME(gram_tile)(GRAM_ROWS, 2, tokens, left, k + j, second, VW, stride, tile);
      } else if (width < VW) {
        NAME(gram_tile)(GRAM_ROWS, 1, tokens, left, k, 0, width, stride, tile);
      } else {
        NAME(gram_tile)(GRAM_ROWS, 1, tokens, left, k + j, 0, VW, stride, tile);
      }
    }
  }
}

static int64_t NAME(gram_count)(int64_t width) {
  const int64_t tile_rows = width < GRAM_ROWS ? 1 : GRAM_ROWS;
  return ek_ceil_div(width, tile_rows) * ek_ceil_div(width, VW) * GRAM_ROWS * VW;
}

/* weights (width x width) = softmax(temperature * q'^T k'). Scratch: the sums, the squares, and the
 * two rows of inverse norms. */
static void NAME(xca_weights)(int64_t tokens, int64_t width, const float *q, const float *k,
                              int64_t stride, float temperature, float *weights, float *scratch) {
  const int64_t vectors = ek_ceil_div(width, VW);
  const int64_t tile_rows = width < GRAM_ROWS ? 1 : GRAM_ROWS;
  float *sums = scratch, *squares = sums + NAME(gram_count)(width);
  float *q_inverse = squares + vectors * 2 * VW, *k_inverse = q_inverse + width;
  memset(sums, 0, (size_t)(q_inverse - sums) * sizeof(float));
  for (int64_t t = 0; t < tokens; t += TOKEN_BLOCK)
    NAME(gram_block)(ek_smaller(TOKEN_BLOCK, tokens - t), width, q + t * stride, k + t * stride,
                     stride, sums, squares);
  const int64_t count = ek_smaller(VW, width);
  const vf least = (vf)1e-12f, one = (vf)1.0f;
  for (int64_t v = 0; v < vectors; v++) {
    const float *square = squares + v * 2 * VW;
    vf q_norm = __builtin_elementwise_sqrt(vload(square));
    vf k_norm = __builtin_elementwise_sqrt(vload(square + VW));
    vstore_part(q_inverse + FIRST_COLUMN(v), one / vmax(least, q_norm), count);
    vstore_part(k_inverse + FIRST_COLUMN(v), one / vmax(least, k_norm), count);
  }
  for (int64_t i = 0; i < width; i++, weights += width) {
    const int64_t b = i / tile_rows, r = i - ek_smaller(b * tile_rows, width - tile_rows);
    const vf factor = (vf)(temperature * q_inverse[i]);
    for (int64_t v = 0; v < vectors; v++) {
      const int64_t j = FIRST_COLUMN(v);
      vf s = vload(TILE_AT(b, v) + r * VW) * vload_part(k_inverse + j, count) * factor;
      vstore_part(weights + j, s, count);
    }
    NAME(softmax_row)(width, weights, weights);
  }
}

static int64_t NAME(xca_weights_scratch)(int64_t width) {
  return NAME(gram_count)(width) + ek_ceil_div(width, VW) * 2 * VW + 2 * width;
}

#undef GRAM_ROWS
#undef TOKEN_BLOCK
#undef FIRST_COLUMN
#undef TILE_AT
