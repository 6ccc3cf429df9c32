/* Pairs of bfloat16 times pairs: each step adds two products to a float32 sum. */
#define LEFT ek_pair
#define RIGHT ek_pair
#define DEPTH 2
#define ROUNDS_OUTPUT(p) ((p)->rounds_output)

typedef __m512bh NAME(vright);
INLINE __m512bh NAME(load_right)(const ek_pair *b) {
  return (__m512bh)_mm512_loadu_si512(b);
}
INLINE __m512bh NAME(broadcast_left)(const ek_pair *a) {
  return (__m512bh)_mm512_set1_epi32((int32_t)*a);
}
INLINE vf NAME(multiply_add)(__m512bh left, __m512bh right, vf sum) {
  return _mm512_dpbf16_ps(sum, left, right);
}
INLINE ek_pair NAME(packed_of)(float first, float second) {
  return (ek_pair)ek_bfloat16(first) | (ek_pair)ek_bfloat16(second) << 16;
}

/* The first n <= VW numbers, rounded; an odd n is followed by a zero. Lanes past n are zero. */
INLINE void NAME(store_rounded)(uint16_t *y, vf value, int64_t n) {
  __mmask16 lanes = (__mmask16)((1u << (n + n % 2)) - 1);
  _mm256_mask_storeu_epi16(y, lanes, (__m256i)_mm512_cvtneps_pbh(value));
}

INLINE void NAME(store_result)(const ek_product *p, int64_t row, int64_t column, vf value,
                               int64_t count) {
  const int64_t at = row * p->c_stride + column;
  if (p->rounds_output) {
    NAME(store_rounded)((uint16_t *)p->c + at, value, count);
  } else {
    vstore_part((float *)p->c + at, value, count);
  }
}

#include "matmul_body.h"

static void NAME(round_rows)(int64_t rows, int64_t columns, const float *x, int64_t x_stride,
                             uint16_t *y, int64_t y_stride) {
  for (; rows > 0; rows--, x += x_stride, y += y_stride) {
    int64_t j = 0;
    for (; j + VW <= columns; j += VW) NAME(store_rounded)(y + j, vload(x + j), VW);
    if (j < columns) NAME(store_rounded)(y + j, vload_part(x + j, columns - j), columns - j);
  }
}
