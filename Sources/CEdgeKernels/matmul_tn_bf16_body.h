/* Pairs of rows, rounded to bfloat16 and laid side by side as they are packed: each step adds two
 * products to a float32 sum. A float of a packed row is the bits of one pair. */
#define DEPTH 2
#define PACKS_LEFT 1

/* An odd last row is paired with zeros. */
INLINE vf NAME(pack_lanes)(const int paired, const float *row, const float *next, int64_t n) {
  const __m256i low = (__m256i)_mm512_cvtneps_pbh(vload_part(row, n));
  __m512i pairs = _mm512_cvtepu16_epi32(low);
  if (paired) {
    const __m256i high = (__m256i)_mm512_cvtneps_pbh(vload_part(next, n));
    pairs = _mm512_or_si512(pairs, _mm512_slli_epi32(_mm512_cvtepu16_epi32(high), 16));
  }
  return (vf)pairs;
}
INLINE vf NAME(multiply_add)(vf left, vf right, vf sum) {
  return _mm512_dpbf16_ps(sum, (__m512bh)left, (__m512bh)right);
}

#include "matmul_tn_body.h"
