/* float32 times float16, which is widened as it is loaded. */
#define LEFT float
#define RIGHT uint16_t
#define DEPTH 1
#define ROUNDS_OUTPUT(p) 0

typedef vf NAME(vright);

INLINE vf NAME(load_right)(const uint16_t *b) {
#if VW == 16
  return _mm512_cvtph_ps(_mm256_loadu_si256((const __m256i_u *)b));
#elif VW == 8
  return _mm256_cvtph_ps(_mm_loadu_si128((const __m128i_u *)b));
#elif defined(__aarch64__) && FUSED
  return vcvt_f32_f16(vreinterpret_f16_u16(vld1_u16(b)));
#else
  /* Exponent and fraction move to their float32 places; the product with 2^112 corrects the
   * exponent's bias and makes denormals normal. */
  vi bits = {b[0], b[1], b[2], b[3]};
  vi magnitude = (bits & 0x7fff) << 13;
  vi value = (vi)((vf)magnitude * (vf)0x1p112f);
  value = magnitude >= 0x1f << 23 ? magnitude | 0xff << 23 : value;
  return (vf)(value | (bits & 0x8000) << 16);
#endif
}

INLINE vf NAME(broadcast_left)(const float *a) { return (vf)*a; }
INLINE vf NAME(multiply_add)(vf left, vf right, vf sum) { return vfma(left, right, sum); }
INLINE uint16_t NAME(packed_of)(float first, float second) {
  (void)second;
  return ek_float16(first);
}

INLINE void NAME(store_result)(const ek_product *p, int64_t row, int64_t column, vf value,
                               int64_t count) {
  vstore_part((float *)p->c + row * p->c_stride + column, value, count);
}

#include "matmul_body.h"
