/* A tile of scores has a row for every key and a column for each of QUERIES queries: the softmax of
 * a query runs down its column, so that vectors need no sums across their lanes and no tails. Its
 * products read keys and values in place; only a tile's queries are turned into columns, and its
 * results back. */

#include "activation_body.h"

#define PANEL (2 * VW) /* as ek_pack_f32 has it */

/* Four rows of four numbers, as columns. */
INLINE void NAME(transpose)(ek_f4 x[4]) {
  const ek_f4 a = __builtin_shufflevector(x[0], x[1], 0, 4, 1, 5);
  const ek_f4 b = __builtin_shufflevector(x[0], x[1], 2, 6, 3, 7);
  const ek_f4 c = __builtin_shufflevector(x[2], x[3], 0, 4, 1, 5);
  const ek_f4 d = __builtin_shufflevector(x[2], x[3], 2, 6, 3, 7);
  x[0] = __builtin_shufflevector(a, c, 0, 1, 4, 5);
  x[1] = __builtin_shufflevector(a, c, 2, 3, 6, 7);
  x[2] = __builtin_shufflevector(b, d, 0, 1, 4, 5);
  x[3] = __builtin_shufflevector(b, d, 2, 3, 6, 7);
}

/* `count` tokens as packed columns, those up to a whole vector being zero. Returns how many columns
 * that makes. */
static int64_t NAME(pack_columns)(int64_t count, int64_t width, const float *x,
                                  ek_token_cursor from, float *packed) {
  const int64_t columns = ek_ceil_div(count, VW) * VW;
  if (count < columns) memset(packed, 0, (size_t)(width * QUERIES) * sizeof(float));
  int64_t t = 0;
  for (; t + 4 <= count; t += 4) {
    float *to = packed + t / PANEL * PANEL * width + t % PANEL;
    const float *rows[4];
    UNROLL for (int i = 0; i < 4; i++) rows[i] = x + ek_next_token(&from);
    int64_t p = 0;
    for (; p + 4 <= width; p += 4) {
      ek_f4 block[4];
      UNROLL for (int i = 0; i < 4; i++) block[i] = *(const ek_f4u *)(rows[i] + p);
      NAME(transpose)(block);
      UNROLL for (int i = 0; i < 4; i++) *(ek_f4u *)(to + (p + i) * PANEL) = block[i];
    }
    for (; p < width; p++)
      UNROLL for (int i = 0; i < 4; i++) to[p * PANEL + i] = rows[i][p];
  }
  for (; t < count; t++) {
    float *to = packed + t / PANEL * PANEL * width + t % PANEL;
    const float *row = x + ek_next_token(&from);
    for (int64_t p = 0; p < width; p++) to[p * PANEL] = row[p];
  }
  return columns;
}

/* The way back: column t of x (width x QUERIES), times shares[t] if there are such, is a token. */
static void NAME(unpack_columns)(int64_t count, int64_t width, const float *x,
                                 const float *shares, float *y, ek_token_cursor to) {
  int64_t t = 0;
  for (; t + 4 <= count; t += 4) {
    const ek_f4 share = shares ? *(const ek_f4u *)(shares + t) : (ek_f4)1.0f;
    float *rows[4];
    UNROLL for (int i = 0; i < 4; i++) rows[i] = y + ek_next_token(&to);
    int64_t p = 0;
    for (; p + 4 <= width; p += 4) {
      ek_f4 block[4];
      UNROLL for (int i = 0; i < 4; i++)
          block[i] = *(const ek_f4u *)(x + (p + i) * QUERIES + t) * share;
      NAME(transpose)(block);
      UNROLL for (int i = 0; i < 4; i++) *(ek_f4u *)(rows[i] + p) = block[i];
    }
    for (; p < width; p++)
      UNROLL for (int i = 0; i < 4; i++) rows[i][p] = x[p * QUERIES + t + i] * share[i];
  }
  for (; t < count; t++) {
    float *row = y + ek_next_token(&to);
    const float share = shares ? shares[t] : 1.0f;
    for (int64_t p = 0; p < width; p++) row[p] = x[p * QUERIES + t] * share;
  }
}

/* `count` tokens as the packed rows of a right operand; the columns behind the width are zero. */
static void NAME(pack_rows)(int64_t count, int64_t width, const float *x, ek_token_cursor from,
                            float *packed) {
  for (int64_t t = 0; t < count; t++, packed += PANEL) {
    const float *row = x + ek_next_token(&from);
    for (int64_t j = 0; j < width; j += PANEL) {
      float *to = packed + j * count;
      const int64_t rest = ek_smaller(width - j, PANEL);
      vstore(to, vload_part(row + j, ek_smaller(rest, VW)));
      vstore(to + VW, rest > VW ? vload_part(row + j + VW, rest - VW) : (vf)0.0f);
    }
  }
}

static void NAME(copy_tokens)(int64_t count, int64_t width, const float *x,
                              const ek_token_grid *from, float *y, const ek_token_grid *to) {
  ek_token_cursor source = ek_token_at(from, 0), target = ek_token_at(to, 0);
  for (int64_t t = 0; t < count; t++) {
    const float *row = x + ek_next_token(&source);
    float *copy = y + ek_next_token(&target);
    int64_t j = 0;
    for (; j + VW <= width; j += VW) vstore(copy + j, vload(row + j));
    if (j < width) vstore_part(copy + j, vload_part(row + j, width - j), width - j);
  }
}

/* One vector of columns: scores become exp(scale (score - the largest)), whose sum is returned. */
INLINE vf NAME(softmax_column)(int64_t tokens, vf scale, float *scores) {
  vf most = vload(scores), other = most;
  int64_t j = 1;
  for (; j + 2 <= tokens; j += 2) {
    most = vmax(vload(scores + j * QUERIES), most);
    other = vmax(vload(scores + (j + 1) * QUERIES), other);
  }
  if (j < tokens) most = vmax(vload(scores + j * QUERIES), most);
  most = vmax(other, most);
  vf sum = (vf)0.0f;
  for (j = 0; j < tokens; j++, scores += QUERIES) {
    vf e = NAME(exp)((vload(scores) - most) * scale);
    sum += e;
    vstore(scores, e);
  }
  return sum;
}

/* The columns' exponentials, and one over their sums. */
static void NAME(softmax_columns)(int64_t tokens, int64_t columns, float scale, float *scores,
                                  float *shares) {
  for (int64_t c = 0; c < columns; c += VW)
    vstore(shares + c, (vf)1.0f / NAME(softmax_column)(tokens, (vf)scale, scores + c));
}

/* Exponentials become weights S by their shares, and dS becomes scale S (dS - sum of S dS). */
static void NAME(slope_columns)(int64_t tokens, int64_t columns, float scale, const float *shares,
                                float *weights, float *slopes) {
  for (int64_t c = 0; c < columns; c += VW) {
    const vf share = vload(shares + c);
    vf mean = (vf)0.0f;
    for (int64_t j = 0; j < tokens; j++) {
      float *weight = weights + j * QUERIES + c;
      vf w = vload(weight) * share;
      vstore(weight, w);
      mean = vfma(w, vload(slopes + j * QUERIES + c), mean);
    }
    for (int64_t j = 0; j < tokens; j++) {
      float *slope = slopes + j * QUERIES + c;
      vstore(slope, vload(weights + j * QUERIES + c) * (vload(slope) - mean) * (vf)scale);
    }
  }
}

#undef PANEL
